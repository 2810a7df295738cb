"""A stand-in for the engine, so that the command line is tested without a model."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

from suggester.codes import CodeSet
from suggester.encounter import Encounter
from suggester.suggestions import Alternative, Evidence, Reason, Refusal, Result, Suggestion

TERMS = (
    ("hypertension", "I10", "Essential (primary) hypertension", 0.91, "confident"),
    ("diabetes", "E11.9", "Type 2 diabetes mellitus without complications", 0.62, "candidate"),
    ("cough", "R05.9", "Cough, unspecified", 0.1, "candidate"),
    ("épistaxis", "R04.0", "Epistaxis", 0.2, "candidate"),
)


@dataclass
class FakeSuggester:
    """Finds a few words; remembers what it was asked."""

    seen: list[Encounter] = field(default_factory=list)
    asked: list[tuple[int | None, bool]] = field(default_factory=list)
    systems: list[tuple[str, ...]] = field(default_factory=list)
    rules: list[Path | None] = field(default_factory=list)
    edited: list[bool] = field(default_factory=list)
    loaded: list[tuple[str, str | None]] = field(default_factory=list)
    model: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(name="default", version="1.0.0", manifest={})
    )
    codes: CodeSet | None = None

    def forgetting(self) -> AbstractContextManager[None]:
        return nullcontext()

    def with_model(self, model: SimpleNamespace) -> FakeSuggester:
        return replace(self, model=model)

    def suggest(
        self,
        note: Encounter,
        *,
        top_k: int | None = None,
        explain: bool = False,
        systems: Collection[str] = (),
        edits: bool = True,
    ) -> Result:
        self.edited.append(edits)
        self.seen.append(note)
        self.asked.append((top_k, explain))
        self.systems.append(tuple(systems))
        note.check()
        if "interrupt" in note.text:
            raise KeyboardInterrupt
        if "explode" in note.text:
            raise ValueError(note.text)
        found: list[Suggestion] = []
        for word, code, title, confidence, tier in TERMS:
            places = [m.span() for m in re.finditer(word, note.text, re.IGNORECASE)]
            if places:
                evidence = tuple(
                    Evidence(a, b, note.text[a:b], "past_medical_history", "present")
                    for a, b in places
                )
                more = code == "E11.9"
                found.append(
                    Suggestion(
                        len(found) + 1,
                        "icd10cm",
                        code,
                        title,
                        confidence,
                        tier,
                        True,
                        evidence,
                        (Alternative("E11.65", "… with hyperglycemia", "if documented"),)
                        if more
                        else (),
                        ({"kind": "more_detail", "message": "more detail would change this code"},)
                        if more
                        else (),
                        reasons=(Reason("how often it is said", 1.25),) if explain else (),
                    )
                )
        refused = tuple(
            Refusal(m.start(), m.end(), m.group(), "negated", "denies", "R50.9")
            for m in re.finditer("fever", note.text)
        )
        inferred = note.setting is None
        setting = {"value": note.setting or "outpatient", "inferred": inferred}
        return Result(
            note.id,
            {"name": "default", "version": "1.0.0"},
            {"icd10cm": "FY2026-04"},
            setting | ({"because": "nothing points elsewhere"} if inferred else {}),
            tuple(found[:top_k]),
            refused,
            notices=("A notice.",) if "notice" in note.text else (),
        )
