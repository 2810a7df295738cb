"""Steps taken while the server is away wait on the page, in order, and are sent when it is back."""

from __future__ import annotations

from typing import Any

from tests.browser.steps import accept, assigned, paste, press, select, wait_assigned

_DECISIONS = "**/decisions"


def test_steps_wait_in_order_and_the_next_one_sends_them(page: Any) -> None:
    paste(page)
    page.route(_DECISIONS, lambda route: route.abort())
    for code in ("I10", "E78.5"):
        select(page, code)
        press(page, "a")
    assert "2 steps wait" in page.inner_text("#failure")
    assert assigned(page) == []
    page.unroute(_DECISIONS)
    accept(page, "M17.12")
    assert assigned(page) == ["I10", "E78.5", "M17.12"]
    assert page.locator("#failure").is_hidden()


def test_a_step_that_waits_is_sent_once_and_undo_drops_it(page: Any) -> None:
    paste(page)
    page.route(_DECISIONS, lambda route: route.abort())
    select(page, "I10")
    press(page, "a", "a")
    assert "1 step waits" in page.inner_text("#failure")
    select(page, "E78.5")
    press(page, "a", "u")
    assert "1 step waits" in page.inner_text("#failure")
    page.unroute(_DECISIONS)
    page.click(".failure-retry")
    wait_assigned(page, "I10")
    assert assigned(page) == ["I10"]


def test_undo_names_what_it_took_back_and_goes_there(page: Any) -> None:
    paste(page)
    accept(page, "I10")
    press(page, "u")
    wait_assigned(page, "I10", there=False)
    assert page.inner_text("#live") == "Took the last step back: I10."
    assert page.inner_text(".suggestion.selected .code") == "I10"


def test_a_query_about_a_suggestion_is_prepared(page: Any) -> None:
    paste(page)
    select(page, "E78.5")
    press(page, "q")
    text = page.input_value("#query textarea")
    assert text.startswith("The record says: “Hyperlipidemia")
    assert text.endswith("other, please specify; unable to determine.")
