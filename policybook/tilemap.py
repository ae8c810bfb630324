"""The states as a grid of tiles, in the arrangement that newspapers made familiar: (row, column), both from 0.

The District of Columbia has a tile; Alaska and Hawaii stand where they do on a wall map.
"""

from __future__ import annotations

_ROWS = (
    "AK . . . . . . . . . ME",
    ". . . . . . . . . VT NH",
    "WA ID MT ND MN IL WI MI NY RI MA",
    "OR NV WY SD IA IN OH PA NJ CT .",
    "CA UT CO NE MO KY WV VA MD DE .",
    ". AZ NM KS AR TN NC SC DC . .",
    ". . . OK LA MS AL GA . . .",
    "HI . . TX . . . . FL . .",
)

#: State → (row, column).
TILES: dict[str, tuple[int, int]] = {
    state: (row, column) for row, line in enumerate(_ROWS) for column, state in enumerate(line.split()) if state != "."
}
