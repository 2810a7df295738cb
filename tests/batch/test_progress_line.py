"""How far a run is, said in a line for a log."""

from __future__ import annotations

import pytest

from suggester.cli.progress import Lines, progress_line


def test_how_much_is_left() -> None:
    # 6,000 in 60 seconds are 100 a second; the other 987,500 take 9,875 s = 164.6 min.
    line = progress_line("notes", 12_500, 1_000_000, 6_000, 60)
    assert line == "notes: 12,500 of 1,000,000, 100.0 a second, about 2 h 45 min to go"
    assert progress_line("notes", 50, 60, 10, 2) == (
        "notes: 50 of 60, 5.0 a second, less than a minute to go"
    )
    assert progress_line("notes", 300, 1_200, 300, 300).endswith("about 15 min to go")
    assert progress_line("notes", 500, 600, 0, 10) == "notes: 500 of 600"
    assert progress_line("counting", 7_000, 0, 7_000, 1) == "counting: 7,000"


def test_a_line_a_minute(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 1_000.0
    monkeypatch.setattr("suggester.cli.progress.time.monotonic", lambda: now)
    lines = Lines()
    lines.advance("notes", 4_000, 10_000)
    now += 30
    lines.advance("notes", 4_600, 10_000)
    assert capsys.readouterr().err == ""
    now += 30
    # What was there at first was not done in this minute: 1,200 in 60 s.
    lines.advance("notes", 5_200, 10_000)
    assert capsys.readouterr().err == ("notes: 5,200 of 10,000, 20.0 a second, about 4 min to go\n")
