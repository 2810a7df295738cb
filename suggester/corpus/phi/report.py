"""The report that lies beside a scanned corpus, so that training need not scan it again."""

from __future__ import annotations

import datetime
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from suggester.corpus.phi.recognisers import recognisers_digest
from suggester.corpus.phi.scan import THRESHOLD, WHAT_IT_IS, Scan

_ENDING = ".phi.json"


def report_path(corpus: Path) -> Path:
    """Return where the report of a corpus file lies: ``notes.jsonl.phi.json``."""
    return corpus.with_name(corpus.name + _ENDING)


def report_of(scan: Scan) -> dict[str, Any]:
    """Return a report: numbers alone, neither text nor places nor ids."""
    return {
        "about": WHAT_IT_IS,
        "corpus": scan.file.name,
        "sha256": scan.sha256,
        "scanned": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "presidio-analyzer": version("presidio-analyzer"),
        "recognisers": recognisers_digest(),
        "threshold": scan.threshold,
        "not_looked_for": list(scan.ignored),
        "notes": scan.notes,
        "notes_with_places": scan.noted,
        "places": dict(scan.kinds.most_common()),
        "passed": scan.passed,
    }


def passed_before(corpus: Path, sha256: str) -> bool:
    """Tell whether the report beside a corpus says that these very bytes passed the whole scan.

    A report of other recognisers, of a higher threshold or with kinds left out says nothing.
    """
    try:
        report = json.loads(report_path(corpus).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    if not isinstance(report, dict):
        return False
    threshold = report.get("threshold")
    return (
        report.get("sha256") == sha256
        and report.get("recognisers") == recognisers_digest()
        and isinstance(threshold, int | float)
        and threshold <= THRESHOLD
        and report.get("not_looked_for") == []
        and report.get("passed") is True
    )
