"""The worklist as coders see it: many rows, files that are used in part, its own keys."""

from __future__ import annotations

import json
from typing import Any


def _upload(page: Any, name: str, *lines: str) -> None:
    data = "\n".join(lines).encode()
    page.set_input_files("#upload", {"name": name, "mimeType": "text/plain", "buffer": data})
    page.locator("#live", has_text="added").wait_for(state="attached")


def _notes(name: str, number: int) -> list[str]:
    return [json.dumps({"id": f"{name}-{at}", "text": "Gout."}) for at in range(number)]


def test_what_a_file_could_not_give_stays_told(page: Any) -> None:
    _upload(page, "part.jsonl", *_notes("part", 1), "no json", '{"id": "empty"}')
    page.wait_for_selector("#rows tr")
    page.wait_for_timeout(400)
    assert "2 parts of the file could not be used" in page.inner_text("#failure")
    _upload(page, "again.jsonl", *_notes("part", 1))
    assert "1 was there already" in page.inner_text("#live")


def test_more_than_a_page_of_rows_can_be_shown(page: Any) -> None:
    _upload(page, "many.jsonl", *_notes("many", 103))
    page.fill("#q", "many-")
    page.locator("#live", has_text="100 encounters").wait_for(state="attached")
    page.click("#more-show")
    page.wait_for_function("() => document.querySelectorAll('#rows tr').length === 103")
    assert page.locator("#more").is_hidden()
    assert page.evaluate("document.activeElement.closest('#rows') !== null")


def test_the_sheet_of_keys_speaks_of_the_worklist(page: Any) -> None:
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    words = page.inner_text("#keys-list")
    assert "Next encounter" in words
    assert "Accept" not in words
