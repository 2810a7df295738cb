"""The review page as a coder uses it: every step by keyboard, from the pasted note to the next encounter."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser.steps import (
    accept,
    assigned,
    focus,
    paste,
    press,
    select,
    selected_code,
    wait_assigned,
)


def test_moving_shows_the_evidence_and_back_returns(page: Any) -> None:
    paste(page)
    select(page, "I10")
    looked_at = page.locator(".ev.looked-at").first
    assert looked_at.inner_text() == "Hypertension, at goal"
    assert focus(page) == "s:icd10cm:I10"
    press(page, "j")
    assert selected_code(page) != "I10"
    press(page, "b")
    assert selected_code(page) == "I10"


def test_evidence_after_a_character_outside_the_basic_plane_is_marked_exactly(page: Any) -> None:
    paste(page)
    select(page, "M17.12")
    marked = "".join(page.locator(".ev.looked-at").all_inner_texts())
    assert marked == "Primary osteoarthritis of the left knee"


def test_clicking_the_evidence_selects_its_suggestion(page: Any) -> None:
    paste(page)
    page.locator(".ev", has_text=re.compile("^Hyperlipidemia")).first.click()
    assert selected_code(page).startswith("E78")


def test_assertion_has_a_second_sign(page: Any) -> None:
    paste(page)
    negated = page.locator(".note .ev.negated", has_text="pneumonia").first
    assert "line-through" in negated.evaluate("mark => getComputedStyle(mark).textDecorationLine")
    assert "⊘" in negated.evaluate("mark => getComputedStyle(mark, '::before').content")


def test_accept_reject_undo(page: Any) -> None:
    paste(page)
    accept(page, "I10")
    assert "Accepted I10" in page.inner_text("#live")
    assert focus(page).startswith("s:"), "the focus goes to the next suggestion"
    select(page, "M17.12")
    press(page, "x", "1")
    page.wait_for_selector(".suggestion.rejected .decision:has-text('not documented')")
    assert focus(page).startswith("s:")
    press(page, "u")
    page.wait_for_selector(".suggestion.rejected", state="detached")
    press(page, "u")
    wait_assigned(page, "I10", there=False)


def test_alternative_replaces(page: Any) -> None:
    paste(page)
    select(page, "M17.12")
    press(page, "ArrowRight")
    instead = page.locator(".alternatives .chosen code").inner_text()
    press(page, "Enter")
    wait_assigned(page, instead)
    assert page.locator(".suggestion.replaced", has_text="M17.12").count() == 1


def test_accept_confident_only_what_was_shown(page: Any) -> None:
    paste(page)
    assert "1 of" in page.inner_text("#accept-confident")
    press(page, "j", "j")
    seen, every = map(int, re.findall(r"\d+", page.inner_text("#accept-confident"))[:2])
    assert 1 < seen < every
    press(page, "A")
    page.wait_for_function("many => document.querySelectorAll('.line').length === many", arg=seen)
    assert page.locator("#accept-confident").is_disabled() or " 1 of" in page.inner_text(
        "#accept-confident"
    )


def test_search_adds_with_the_selected_words_as_evidence(page: Any) -> None:
    paste(page)
    page.evaluate(
        """() => {
            const home = document.querySelector('.note-text');
            const walker = document.createTreeWalker(home, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf('swollen ankles');
                if (at < 0) continue;
                getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + 14);
                return;
            }
        }"""
    )
    press(page, "/")
    assert "swollen ankles" in page.inner_text("#search-evidence")
    page.fill("#q", "localized edema")
    page.wait_for_selector("#hits [aria-selected=true] code:text-is('R60.0')")
    press(page, "Enter")
    wait_assigned(page, "R60.0")
    assert focus(page) == "l:icd10cm:R60.0"
    view = page.evaluate("fetch(document.body.dataset.api).then((answer) => answer.json())")
    [line] = [one for one in view["worksheet"]["lines"] if one["code"] == "R60.0"]
    assert line["evidence"][0]["text"] == "swollen ankles"
    assert line["origin"] == "selection"


def test_reorder_by_keys_and_by_dragging(page: Any) -> None:
    paste(page)
    accept(page, "I10")
    accept(page, "M17.12")
    first, second = assigned(page)[:2]
    page.locator(f"[data-focus='l:icd10cm:{second}']").focus()
    press(page, "Alt+ArrowUp")
    page.wait_for_function(
        "code => document.querySelector('.line .code').textContent === code", arg=second
    )
    assert focus(page) == f"l:icd10cm:{second}"
    page.locator(".line").nth(1).drag_to(page.locator(".line").nth(0))
    page.wait_for_function(
        "code => document.querySelector('.line .code').textContent === code", arg=first
    )


def test_procedure_lines_have_details(page: Any) -> None:
    paste(page)
    accept(page, "I10")
    press(page, "/")
    page.select_option("#system", "cpt")
    page.fill("#q", "99213")
    page.wait_for_selector("#hits [aria-selected=true]")
    page.focus("#q")
    press(page, "Enter")
    wait_assigned(page, "99213")
    page.locator("[data-focus='edit:cpt:99213']").click()
    page.fill("[data-focus='modifiers:cpt:99213']", "25")
    press(page, "Tab")
    page.wait_for_selector("[data-focus='edit:cpt:99213']:has-text('-25')")
    page.locator(".pointer").first.click()
    page.wait_for_selector(".pointer[aria-pressed=true]")


def test_typing_in_a_field_decides_nothing(page: Any) -> None:
    paste(page)
    press(page, "f")
    page.keyboard.type("axu")
    assert page.input_value("#find") == "axu"
    assert not page.locator(".line").count()


def test_find_in_note(page: Any) -> None:
    paste(page)
    press(page, "f")
    page.keyboard.type("lisinopril")
    assert page.inner_text("#found-count") == "1 of 1"


def test_keys_can_be_changed(page: Any) -> None:
    paste(page)
    press(page, "?")
    page.click("[data-focus='key:accept']")
    press(page, "m")
    press(page, "Escape")
    code = selected_code(page)
    press(page, "m")
    wait_assigned(page, code)


def test_only_the_keyboard_from_note_to_finish(page: Any) -> None:
    paste(page)
    accept(page, "I10")
    accept(page, "M17.12")
    for _ in range(12):
        mend = page.locator("#checks .mend")
        if not mend.count():
            break
        press(page, "c", "Enter")
        page.wait_for_timeout(150)
    here = page.url
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "(here) => location.href !== here || document.querySelector('.notice.done, #acknowledge[open]')",
        arg=here,
    )
    while page.locator("#acknowledge[open]").count():
        page.keyboard.type("as documented")
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
    page.wait_for_load_state("networkidle")  # finishing is still on its way to the server
    page.goto("/")
    page.locator("#states button", has_text="Coded").click()
    page.wait_for_selector("#rows tr")


def test_pend_and_resume_keep_the_focus(page: Any) -> None:
    paste(page)
    press(page, "p")
    page.keyboard.type("operative report")
    press(page, "Tab", "Enter")
    page.wait_for_selector("#notices:has-text('operative report')")
    assert focus(page).startswith("s:")
    press(page, "p")
    page.wait_for_selector("#notices:has-text('operative report')", state="detached")


def test_removing_a_line_keeps_the_focus_in_the_list(page: Any) -> None:
    paste(page)
    accept(page, "I10")
    accept(page, "M17.12")
    page.locator("[data-focus='remove:icd10cm:I10']").focus()
    press(page, "Enter")
    wait_assigned(page, "I10", there=False)
    assert focus(page) == "l:icd10cm:M17.12"


def test_errors_stop_finishing(page: Any) -> None:
    paste(page)
    accept(page, "I10")
    page.evaluate("getSelection().removeAllRanges()")
    press(page, "/")
    page.fill("#q", "I16.9")
    page.wait_for_selector("#hits [aria-selected=true]")
    press(page, "Enter")
    wait_assigned(page, "I16.9")
    if page.locator("#checks .alert.error").count():
        press(page, "Control+Enter")
        assert "must be mended" in page.inner_text("#live")
        assert not page.locator(".notice.done").count()


def test_a_change_elsewhere_reloads_and_keeps_the_place(page: Any) -> None:
    paste(page)
    select(page, "I10")
    page.evaluate(
        """async () => {
            const api = document.body.dataset.api;
            const { version, result } = await (await fetch(api)).json();
            const other = result.suggestions.find((one) => one.code === 'M17.12');
            await fetch(`${api}/decisions`, { method: 'POST', headers: { 'Content-Type': 'application/json',
                'X-CSRF-Token': document.querySelector('meta[name=csrf-token]').content },
                body: JSON.stringify({ version, kind: 'accept', system: other.system, code: other.code }) });
        }"""
    )
    press(page, "a")
    page.wait_for_selector("#failure:not([hidden])")
    wait_assigned(page, "M17.12")
    assert selected_code(page) == "I10"
    assert "I10" not in assigned(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (768, 1024)], ids=["desktop", "tablet"])
def test_screenshots(page: Any, pictures: Path, scheme: str, size: tuple[int, int]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    paste(page)
    accept(page, "I10")
    image = page.screenshot(path=str(pictures / f"review-{scheme}-{size[0]}.png"))
    assert len(image) > 10_000
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is cut off"
