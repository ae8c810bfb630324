"""What can't be converted for the press, said by name."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - no error of the code: the words tell what stands in the content
    """Raised where something is met that is not converted; its words name it, as the object of “holds”."""
