"""Optional content: what of a file is not shown as it is opened, and so not printed (ISO 32000-1, 8.11)."""

from __future__ import annotations

from typing import Any

import pikepdf

from policybook.preflight.press.rules import NotChecked


class Layers:
    """The layers of a file in its default configuration (8.11.4.3). Raises NotChecked where that can't be told."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        properties = pdf.Root.get("/OCProperties")
        default = properties.get("/D") if properties is not None else None
        self._all_off = default is not None and str(default.get("/BaseState", "/ON")) == "/OFF"
        listed = "/ON" if self._all_off else "/OFF"
        groups = default.get(listed, ()) if default is not None else ()
        self._listed = frozenset(group.objgen for group in groups)

    def hides(self, content: Any) -> bool:
        """Whether a group, or a membership of groups, is off."""
        if content is None or not isinstance(content, pikepdf.Dictionary):
            return False
        if str(content.get("/Type", "")) != "/OCMD":
            return self._is_off(content)
        if "/VE" in content:
            raise NotChecked("layers are shown by an expression that is not measured")
        groups = content.get("/OCGs")
        members = [groups] if isinstance(groups, pikepdf.Dictionary) else list(groups) if groups is not None else []
        off = [self._is_off(group) for group in members if isinstance(group, pikepdf.Dictionary)]
        if not off:
            return False
        shown = {"/AllOn": not any(off), "/AnyOff": any(off), "/AllOff": all(off), "/AnyOn": not all(off)}
        return not shown.get(str(content.get("/P", "/AnyOn")), True)

    def _is_off(self, group: Any) -> bool:
        return (group.objgen in self._listed) != self._all_off
