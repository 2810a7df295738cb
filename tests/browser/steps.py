"""What a coder does on the review page, as steps of the tests."""

from __future__ import annotations

from typing import Any

import pytest

NOTE = """CHIEF COMPLAINT: Breathless 🫁 and swollen ankles.

FAMILY HISTORY: Father had a stroke.

ASSESSMENT AND PLAN
1. Type 2 diabetes mellitus, A1c 7.4, continue metformin.
2. Hypertension, at goal. Continue lisinopril.
3. Hyperlipidemia, on atorvastatin.
4. Primary osteoarthritis of the left knee. Physical therapy.
5. No evidence of pneumonia. Possible sleep apnea.
"""


def paste(page: Any, text: str = NOTE) -> None:
    """Make an encounter from a note, and wait until its suggestions can be decided on."""
    page.goto("/")
    page.locator("[data-paste]").first.click()
    page.fill("#paste-text", text)
    page.select_option("#paste select[name=sex]", "F")
    page.fill("#paste input[name=age]", "63")
    page.click("#paste button.primary")
    page.wait_for_selector(".suggestion.selected")


def press(page: Any, *keys: str) -> None:
    """Press keys one after the other, and wait until what each decided is saved."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        page.wait_for_function("() => !document.body.hasAttribute('data-saving')")


def select(page: Any, code: str) -> None:
    """Move to a suggestion: down with j, then up with k."""
    for key in ("j", "k"):
        before = ""
        while before != (before := selected_code(page)):
            if before == code:
                return
            press(page, key)
    pytest.fail(f"{code} is not among the suggestions")


def assigned(page: Any, name: str = "diagnoses") -> list[str]:
    return [
        str(code)
        for code in page.locator(f"[aria-label='Assigned {name}'] .line .code").all_inner_texts()
    ]


def wait_assigned(page: Any, code: str, there: bool = True) -> None:
    line = page.locator(f".line .code:text-is('{code}')")
    line.wait_for(state="attached" if there else "detached")


def selected_code(page: Any) -> str:
    return str(page.locator(".suggestion.selected .code").first.inner_text())


def focus(page: Any) -> str:
    return str(
        page.evaluate("document.activeElement?.dataset?.focus ?? document.activeElement.id ?? ''")
    )


def accept(page: Any, code: str) -> None:
    select(page, code)
    press(page, "a")
    wait_assigned(page, code)
