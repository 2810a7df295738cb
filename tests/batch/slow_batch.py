"""``python -m tests.batch.slow_batch``: the command with a stand-in that takes its time for each note."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection
from pathlib import Path

import suggester.engine.suggester
import suggester.models
from suggester.cli import main
from suggester.encounter import Encounter
from suggester.suggestions import Result
from tests.cli.fake_engine import FakeSuggester

#: Seconds a note takes.
EACH = 0.004


class SlowSuggester(FakeSuggester):
    """Takes its time."""

    def suggest(
        self,
        note: Encounter,
        *,
        top_k: int | None = None,
        explain: bool = False,
        systems: Collection[str] = (),
        edits: bool = True,
    ) -> Result:
        time.sleep(EACH)
        return super().suggest(note, top_k=top_k, explain=explain, systems=systems, edits=edits)


def load(model: Path, *_: object) -> SlowSuggester:
    """Stand in for the loading of an engine."""
    return SlowSuggester()


if __name__ == "__main__":
    suggester.models.verify = lambda folder: {}
    suggester.engine.suggester.Suggester.load = load  # type: ignore[method-assign, assignment]
    sys.argv[0] = "suggester"
    main()
