"""The page of a comparison of live notes with a training."""

from __future__ import annotations

from suggester.evaluation.report.page import write_page
from suggester.evaluation.report.shares import shares_drawn
from suggester.training.drift import Drift


def drift_page(found: Drift) -> str:
    """Return the whole page as HTML; it holds no text of a note."""
    pictures = [shares_drawn(row.title, row.bins, row.trained, row.live) for row in found.features]
    return write_page("drift.html", found=found, pictures=pictures)
