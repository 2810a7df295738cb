"""The statistics of a corpus as one object of plain numbers: for JSON, text and the report alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from suggester.corpus.statistics import (
    Statistics,
    chapters,
    covered_by,
    in_order,
    rare_shares,
    spread,
)

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: How many of the most frequent codes are told one by one.
MOST_FREQUENT = 30


def summary(counted: Statistics, codes: CodeSet) -> dict[str, Any]:
    """Return what was counted, summed up; shares lie between 0 and 1."""
    frequency = counted.frequency
    return {
        "notes": counted.notes,
        "patients": len(counted.patients),
        "notes_without_patient": counted.notes - counted.patients.total(),
        "notes_per_patient": asdict(spread(list(counted.patients.values()))),
        "words": asdict(spread(counted.words)),
        "codes_per_note": asdict(spread(counted.codes_per_note)),
        "codes": {
            "release": codes.release.name,
            "assigned": counted.assigned,
            "different": len(frequency),
            "of_billable": len(frequency) / codes.billable_count,
            "covered_by_most_frequent": {
                str(number): covered_by(frequency, number) for number in (10, 50, 100, 1000)
            },
            "rare": [
                {"fewer_notes_than": bound, "codes": number, "of_codes": share, "of_assigned": of}
                for bound, number, share, of in rare_shares(frequency)
            ],
            "most_frequent": [
                {"code": code, "title": codes.title(code) if code in codes else "", "notes": count}
                for code, count in _most(frequency)
            ],
            "chapters": [
                {"chapter": chapter, "title": title, "codes": distinct, "assigned": assigned}
                for chapter, title, distinct, assigned in chapters(frequency, codes)
            ],
        },
        "procedures": {
            "assigned": counted.procedures.total(),
            "different": len(counted.procedures),
        },
        "evidence": {
            "places": counted.places,
            "of_assigned": counted.evidence / max(1, counted.assigned),
            "not_coded": dict(counted.not_coded.most_common()),
        },
        "sections": dict(sorted(counted.sections.items(), key=lambda row: (-row[1], row[0]))),
        "settings": dict(counted.settings.most_common()),
        "ages": in_order(counted.ages),
        "sexes": dict(sorted(counted.sexes.items())),
        "months": dict(sorted(counted.months.items())),
        "splits": dict(counted.splits.most_common()),
    }


def _most(frequency: Any) -> list[tuple[str, int]]:
    return sorted(frequency.items(), key=lambda row: (-row[1], row[0]))[:MOST_FREQUENT]
