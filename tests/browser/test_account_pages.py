"""Accounts as coders use them: signing in, coding at the same time, a session that ends, the account page."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.steps import NOTE, paste, press, select, selected_code, wait_assigned
from tests.browser.test_accessibility import violations
from tests.serving import Served, served
from tests.signing_in import PASSWORD, add_account

NEW = "another horse battery"
Open = Callable[..., Any]


@dataclass
class Staffed:
    """A served workbench with accounts, and its database."""

    service: Served
    database: Path

    def end_sessions(self) -> None:
        """Let every session run out, as after a long lunch."""
        with sqlite3.connect(self.database, timeout=20) as connection:
            connection.execute("UPDATE login_session SET seen_at = '2020-01-01 00:00:00.000000'")


@pytest.fixture(scope="module")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staffed]:
    folder = tmp_path_factory.mktemp("staffed")
    database = folder / "review.db"
    for name, role in (("root", "admin"), ("ann", "coder"), ("ben", "coder"), ("eve", "coder")):
        add_account(f"sqlite:///{database}", name, role)
    with served(folder, f"sqlite:///{database}") as running:
        yield Staffed(running, database)


@pytest.fixture
def open_(browser: Any, staffed: Staffed) -> Iterator[Open]:
    """Return a browser of one's own, signed in where a name is given."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def opened(name: str | None = None, **options: Any) -> Any:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, **options},
            base_url=staffed.service.address,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda told: complaints.append(told.text) if "Security Policy" in told.text else None,
        )
        page.goto("/")
        if name is not None:
            sign_in(page, name)
            page.locator("h1", has_text="Worklist").wait_for()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


def sign_in(page: Any, name: str, password: str = PASSWORD) -> None:
    page.fill("#name", name)
    page.fill("#password", password)
    page.click("form button.primary")


def sign_in_again(page: Any, password: str = PASSWORD) -> None:
    page.fill("#again-password", password)
    page.keyboard.press("Enter")


def asked_again(page: Any) -> Any:
    dialog = page.locator("dialog.sign-in-again[open]")
    dialog.wait_for()
    return dialog


def test_two_coders_sign_in_and_code_at_once(open_: Open) -> None:
    ann, ben = open_(), open_("ben")
    sign_in(ann, "ann", "a wrong guess")
    assert ann.locator("[role=alert].wrong").inner_text() == "The name or the password is wrong."
    assert ann.input_value("#password") == ""
    sign_in(ann, "ann")
    ann.locator("h1", has_text="Worklist").wait_for()
    paste(ann)
    paste(ben, NOTE.replace("left knee", "right knee"))
    for page in (ann, ben):
        select(page, "I10")
        press(page, "a")
        wait_assigned(page, "I10")
    assert ann.locator(".top-end a", has_text="ann").count() == 1
    assert ben.locator(".top-end a", has_text="ben").count() == 1
    # What is ann's is not there for ben, and he is told so on a page.
    ben.goto(ann.url)
    assert "There is no encounter" in ben.locator("main").inner_text()
    ben.locator("a", has_text="Back to the worklist").click()
    ben.wait_for_selector("#rows tr")
    assert ann.url.rsplit("/", 1)[1] not in ben.locator("#rows").inner_text()


def test_an_administrator_gives_an_encounter_to_a_coder(open_: Open) -> None:
    root = open_("root")
    paste(root, "Impression: Gout of the right foot.")
    number = root.url.rsplit("/", 1)[1]
    root.goto("/")
    root.locator(f"#rows tr[data-id={number}]").get_by_text("Give…").click()
    root.select_option("#give-to", "ben")
    root.click("#give button.primary")
    root.locator(f"#rows tr[data-id={number}] .coder", has_text="ben").wait_for()
    assert root.evaluate("document.activeElement.innerText") == "Give…"
    ben = open_("ben")
    ben.locator(f"#rows tr[data-id={number}]").wait_for()
    eve = open_("eve")
    eve.locator("#states button").first.wait_for()
    assert not eve.locator(f"#rows tr[data-id={number}]").count()


def test_a_session_that_ran_out_loses_nothing(open_: Open, staffed: Staffed) -> None:
    page = open_("ann")
    paste(page)
    select(page, "I10")
    address = page.url
    staffed.end_sessions()
    page.keyboard.press("a")
    dialog = asked_again(page)
    assert "You were signed out" in dialog.inner_text()
    assert page.input_value("#again-name") == "ann"
    # The note is covered, and Esc does not uncover it.
    cover = (
        "getComputedStyle(document.querySelector('.sign-in-again'), '::backdrop').backgroundColor"
    )
    assert "rgba" not in page.evaluate(cover)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    asked_again(page)
    sign_in_again(page, "a wrong guess")
    page.locator(".sign-in-again .wrong", has_text="is wrong").wait_for()
    assert page.locator(".line").count() == 0
    sign_in_again(page)
    wait_assigned(page, "I10")
    assert page.url == address
    assert page.locator("dialog[open]").count() == 0
    press(page, "a")
    assert page.locator(".line").count() == 2
    page.reload()
    wait_assigned(page, "I10")


def test_words_that_were_typed_are_kept_too(open_: Open, staffed: Staffed) -> None:
    page = open_("ann")
    paste(page)
    press(page, "q")
    page.wait_for_selector("#query[open]")
    page.fill("#query textarea", "Which type of diabetes is meant?")
    staffed.end_sessions()
    page.locator("#query button.primary").click()
    asked_again(page)
    sign_in_again(page)
    page.wait_for_function("() => !document.body.hasAttribute('data-saving')")
    view = page.request.get(page.url.replace("/encounters/", "/api/v1/encounters/")).json()
    assert [row["text"] for row in view["worksheet"]["queries"]] == [
        "Which type of diabetes is meant?"
    ]


def test_signing_in_in_another_tab_does_as_well(open_: Open, staffed: Staffed) -> None:
    page = open_("ann")
    paste(page)
    select(page, "I10")
    staffed.end_sessions()
    other = page.context.new_page()
    other.goto(page.url)
    assert "/login?next=" in other.url
    sign_in(other, "ann")
    other.wait_for_selector(".suggestion.selected")
    assert other.url == page.url
    page.bring_to_front()
    press(page, "a")
    wait_assigned(page, "I10")
    assert page.locator("dialog[open]").count() == 0


def test_nobody_decides_in_anothers_name(open_: Open, staffed: Staffed) -> None:
    page = open_("ann")
    paste(page)
    select(page, "I10")
    press(page, "a")
    code = selected_code(page)
    other = page.context.new_page()
    other.goto("/account")
    other.locator("button", has_text="Sign out").first.click()
    other.wait_for_url("**/login")
    sign_in(other, "ben")
    other.locator("h1", has_text="Worklist").wait_for()
    page.bring_to_front()
    page.keyboard.press("a")
    page.locator("main", has_text="There is no encounter").wait_for()
    root = open_("root")
    view = root.request.get(page.url.replace("/encounters/", "/api/v1/encounters/")).json()
    assert code not in [line["code"] for line in view["worksheet"]["lines"]]


def test_the_account_page(open_: Open) -> None:
    page, elsewhere = open_("eve"), open_("eve")
    page.locator(".top-end a", has_text="eve").click()
    page.fill("#current", "a wrong guess")
    page.fill("#new", NEW)
    page.click("button:text-is('Change it')")
    page.locator("[role=alert].wrong").wait_for()
    page.fill("#current", PASSWORD)
    page.fill("#new", NEW)
    page.click("button:text-is('Change it')")
    page.locator("[role=status]", has_text="password is changed").wait_for()
    elsewhere.goto("/account")
    assert elsewhere.url.endswith("/login?next=/account")
    sign_in(elsewhere, "eve", PASSWORD)
    elsewhere.locator("[role=alert].wrong").wait_for()
    sign_in(elsewhere, "eve", NEW)
    elsewhere.locator("h1", has_text="Account").wait_for()

    page.fill("#label", "nightly export")
    page.click("button:text-is('Make a token')")
    token = page.locator("#token").inner_text()
    program = page.context.browser.new_context(base_url=page.url.split("/account")[0])
    bearer = {"authorization": f"Bearer {token}"}
    assert program.request.get("/api/v1/encounters", headers=bearer).status == 200
    page.goto("/account")
    assert token not in page.content()
    page.get_by_role("button", name="Revoke nightly export").click()
    page.locator(".empty", has_text="There is none").wait_for()
    assert program.request.get("/api/v1/encounters", headers=bearer).status == 401
    program.close()

    page.click("button:text-is('Sign out everywhere')")
    page.wait_for_url("**/login")
    elsewhere.goto("/")
    assert elsewhere.url.endswith("/login")


def test_after_signing_out_the_way_back_shows_nothing(open_: Open) -> None:
    page = open_("ann")
    paste(page)
    page.locator("button", has_text="Sign out").click()
    page.wait_for_url("**/login")
    page.go_back()
    page.wait_for_url("**/login**")
    assert "Breathless" not in page.content()


def test_the_theme_button_has_a_name_before_the_scripts_have_run(open_: Open) -> None:
    page = open_(java_script_enabled=False, viewport={"width": 820, "height": 800})
    page.get_by_role("button", name="Theme: auto. Change it.").wait_for()


@pytest.mark.parametrize("width", [1280, 820])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_accounts_are_for_everybody(
    open_: Open, staffed: Staffed, pictures: Path, scheme: str, width: int
) -> None:
    look = {"color_scheme": scheme, "viewport": {"width": width, "height": 800}}
    page = open_(**look)
    assert violations(page) == []
    sign_in(page, "ann", "a wrong guess")
    page.locator(".wrong").wait_for()
    assert violations(page) == []
    page.screenshot(path=pictures / f"login_{scheme}_{width}.png")
    sign_in(page, "ann")
    page.goto("/account")
    page.fill("#label", "nightly export to the billing system")
    page.click("button:text-is('Make a token')")
    page.locator("#token").wait_for()
    assert violations(page) == []
    page.screenshot(path=pictures / f"account_{scheme}_{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    paste(page)
    staffed.end_sessions()
    page.keyboard.press("a")
    asked_again(page)
    assert violations(page) == []
    page.screenshot(path=pictures / f"again_{scheme}_{width}.png")
    page.goto("/nowhere")
    sign_in(page, "ann")
    page.locator("main", has_text="There is nothing at this address.").wait_for()
    assert violations(page) == []
