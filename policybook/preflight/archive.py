"""Whether a finished file for screens is what it says it is: PDF/UA-1 and PDF/A-2a, by a validator of another house."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policybook.diagnostics import Problem

#: The profiles of page-validation that a file must pass, with the standards' own names.
PROFILES = {"ua1": "PDF/UA-1", "2a": "PDF/A-2a"}
#: So many failures of one profile are told; what is wrong on a page is mostly wrong on each.
_MOST = 8


def validate(data: bytes) -> tuple[Problem, ...]:
    """ACCS001 for each rule of PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2) that a finished file breaks.

    About 3 ms a page for each standard. The validator keeps the interpreter while it works, so that `broken_rules` is
    what workers can share.
    """
    return tuple(problem for profile in PROFILES for problem in broken_rules(data, profile))


def broken_rules(data: bytes, profile: str) -> Iterator[Problem]:
    """The problems (ACCS001) of one profile. Raises KeyError for one that is not among `PROFILES`."""
    import page  # noqa: PLC0415 - the validator of page-validation, only where a file is finished

    standard = PROFILES[profile]
    try:
        report: Any = page.validate_pdf_bytes(data, profile=profile)
    except page.PageError as error:
        yield Problem("ACCS001", f"{standard}: the file can't be read: {error}")
        return
    failures = list(report.failures)
    if report.is_compliant:
        return
    for failure in failures[:_MOST]:
        yield Problem("ACCS001", f"{standard}: {failure.message} ({failure.rule_id})")
    if len(failures) > _MOST:
        yield Problem("ACCS001", f"{standard}: {len(failures) - _MOST} more failures")
