"""Prints the system libraries that WeasyPrint needs and this interpreter can't load, separated by commas.

Each is loaded, as WeasyPrint does (weasyprint/text/ffi.py): a file that is there may still be of another architecture.
WeasyPrint itself isn't imported, so that this takes a few milliseconds: it runs before every build.
"""

import ctypes
import ctypes.util
import os
import sys

LIBRARIES = {
    "libgobject": ("libgobject-2.0.so.0", "gobject-2.0"),
    "libpango": ("libpango-1.0.so.0", "pango-1.0"),
    "libpangoft2": ("libpangoft2-1.0.so.0", "pangoft2-1.0"),
    "libharfbuzz": ("libharfbuzz.so.0", "harfbuzz"),
    "libharfbuzz-subset": ("libharfbuzz-subset.so.0", "harfbuzz-subset"),
    "libfontconfig": ("libfontconfig.so.1", "fontconfig"),
}


def loads(soname: str, name: str) -> bool:
    """Whether the library can be loaded: on Linux by its soname, since find_library() starts compilers there."""
    path = soname if sys.platform.startswith("linux") else ctypes.util.find_library(name)
    if path is None:
        return False
    try:
        ctypes.CDLL(path)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    # Only Homebrew's own Python looks into Homebrew's folders. policybook sets the same before it imports WeasyPrint.
    if sys.platform == "darwin":
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", "/opt/homebrew/lib:/usr/local/lib:/usr/lib")
    print(", ".join(library for library, names in LIBRARIES.items() if not loads(*names)))
