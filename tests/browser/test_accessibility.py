"""Pages against the rules of WCAG 2.2 AA that a program can test."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.steps import accept, paste, press

_RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


def violations(page: Any) -> list[str]:
    found = Axe().run(page, options=_RULES).response["violations"]
    return [f"{row['id']}: {node['target']}" for row in found for node in row["nodes"]]


@pytest.fixture(params=["light", "dark"])
def themed(request: pytest.FixtureRequest, page: Any) -> Any:
    page.emulate_media(color_scheme=request.param, reduced_motion="reduce")
    return page


def test_the_worklist(themed: Any) -> None:
    themed.goto("/")
    themed.wait_for_selector("#rows a, #nothing:not([hidden])")
    assert violations(themed) == []
    themed.locator("[data-paste]").first.click()
    assert violations(themed) == []


def test_the_review_page_and_its_dialogs(themed: Any) -> None:
    paste(themed)
    accept(themed, "I10")
    themed.wait_for_timeout(300)
    assert violations(themed) == []
    for key, dialog in (
        ("?", "keys"),
        ("/", "search"),
        ("x", "reject"),
        ("p", "pend"),
        ("q", "query"),
    ):
        press(themed, key)
        themed.wait_for_selector(f"#{dialog}[open]")
        assert violations(themed) == [], dialog
        press(themed, "Escape")
        themed.wait_for_selector(f"#{dialog}[open]", state="detached")


def test_the_claim_sheet(themed: Any) -> None:
    paste(themed)
    accept(themed, "I10")
    themed.locator("a", has_text="Claim sheet").click()
    themed.wait_for_selector("#sheet-diagnoses")
    assert violations(themed) == []
