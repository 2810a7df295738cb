"""The page of a comparison of two models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from suggester.evaluation.comparison import Comparison, GroupDifference
from suggester.evaluation.metrics import METRICS
from suggester.evaluation.report import pictures
from suggester.evaluation.report.kinds import by_kind
from suggester.evaluation.report.page import title_of, write_page
from suggester.evaluation.report.words import comparison_summary
from suggester.reports import Picture

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Codes shown on either side.
_MOST_CODES = 25


def comparison_page(found: Comparison, codes: CodeSet, said: Mapping[tuple[str, str], str]) -> str:
    """Return the whole page as HTML.

    ``codes`` gives the titles of codes; ``said`` holds the words of example notes, (id, code) → words,
    and is empty where notes must not be shown.
    """

    def groups_drawn(title: str, groups: Sequence[GroupDifference]) -> Picture | None:
        rows = {f"{g.name} ({g.encounters})": g.row for g in groups if g.row is not None}
        title = f"Difference of micro-F1 by {title}"
        return pictures.differences_drawn(rows, title) if len(rows) > 1 else None

    return write_page(
        "comparison.html",
        found=found,
        summary=comparison_summary(found),
        drawn=pictures.differences_drawn(
            {title_of(row.metric): row for row in found.rows}, "Difference of every figure"
        ),
        kinds=by_kind(found.groups, lambda group: group.row is None, groups_drawn),
        won=found.won[:_MOST_CODES],
        lost=found.lost[:_MOST_CODES],
        said=said,
        codes=lambda code: codes.title(code) if code in codes else "",
        shown=set(METRICS),
        resamples=found.resamples,
        seed=found.seed,
    )
