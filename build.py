"""The front door of the command line: `python build.py` is `policybook`, run from a checkout.

Started by an interpreter that lacks the libraries, it goes on with the one of .venv, which scripts/setup makes.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent / ".venv"
LIBRARIES = ("click", "jinja2", "markdown_it", "pikepdf", "pydantic", "weasyprint", "yaml")
MACHINE_AT_FAULT = 3


def enter_environment() -> None:
    """Replace this process by .venv's interpreter when a library is missing here; without .venv, say how to make it."""
    if all(find_spec(library) for library in LIBRARIES):
        return
    python = ENVIRONMENT / "bin" / "python"
    if not python.exists() or Path(sys.prefix) == ENVIRONMENT:
        print("policybook's libraries are not installed. Run: scripts/setup", file=sys.stderr)
        raise SystemExit(MACHINE_AT_FAULT)
    os.execv(python, [str(python), *sys.argv])


if __name__ == "__main__":
    enter_environment()
    from policybook.cli import main

    main()
