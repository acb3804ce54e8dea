"""Adds to the cases of a submission why they failed, as far as the diagnosis can tell."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from ...diagnosis import Diagnosis, Diagnostician, Recorder
from ..case_results import FAILED, CaseResult, Known


def explained(
    cases: Sequence[CaseResult],
    known: Known,
    diagnostician: Diagnostician,
    recorder: Recorder,
    language: str,
    notes: list[str],
) -> list[CaseResult]:
    """The same cases, those that have failed just now with what there is to say of them.

    Args:
        cases: of one submission.
        known: those that stood before, of which nothing is said anew.
        diagnostician: tells why.
        recorder: has noted the calls.
        language: of the hint in a public case's message.
        notes: is added to where the diagnosis itself fails, which costs the hints alone.
    """
    failed = {(case.question, case.name) for case in cases if case.state == FAILED} - known.keys()
    if not failed:
        return list(cases)
    try:
        found = diagnostician.diagnose(recorder.calls, failed)
    except Exception as error:
        notes.append(f"There are no hints, since the diagnosis failed ({type(error).__name__}).")
        return list(cases)
    return [
        _with_hint(case, found[case.question, case.name], language)
        if (case.question, case.name) in found
        else case
        for case in cases
    ]


def _with_hint(case: CaseResult, diagnosis: Diagnosis, language: str) -> CaseResult:
    told = diagnosis.hint.get(language, "")
    message = f"{case.message}\n💡 {told}" if told and not case.hidden else case.message
    return dataclasses.replace(
        case,
        message=message,
        misconceptions=diagnosis.misconceptions,
        hint=dict(diagnosis.hint),
        evidence=dict(diagnosis.evidence),
    )
