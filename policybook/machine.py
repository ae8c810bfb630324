"""What the machine must offer: Python, Pango and HarfBuzz, the font packages. Used by `policybook doctor`."""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict, dataclass

from policybook.diagnostics import MachineError
from policybook.fonts import FACES

LEAST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is needed: whether it is there, what was found, and what to type where it is not."""

    name: str
    ok: bool
    found: str
    remedy: str = ""

    def as_dict(self) -> dict[str, object]:
        """The finding for `--json`."""
        return asdict(self)


def examine() -> list[Finding]:
    """Look at everything that a build needs."""
    return [_python(), _layout_engine(), _fonts()]


def _python() -> Finding:
    wanted = ".".join(map(str, LEAST_PYTHON))
    return Finding(
        "Python", sys.version_info >= LEAST_PYTHON, platform.python_version(), f"install Python {wanted} or newer"
    )


def _layout_engine() -> Finding:
    from policybook.typesetting import engine, engine_version  # noqa: PLC0415 - loading it is the examination

    try:
        engine()
    except MachineError as error:
        return Finding("WeasyPrint and Pango", False, str(error), error.remedy)
    except ImportError as error:
        return Finding("WeasyPrint and Pango", False, str(error), "python -m pip install 'weasyprint==70.0'")
    return Finding("WeasyPrint and Pango", True, engine_version())


def _fonts() -> Finding:
    try:
        missing = [face.file for face in FACES if not face.path.is_file()]
    except MachineError as error:
        return Finding("Fonts", False, str(error), error.remedy)
    remedy = "python -m pip install --force-reinstall font-source-serif-pro font-source-sans-pro"
    return Finding("Fonts", not missing, ", ".join(missing) or f"{len(FACES)} faces", remedy)
