"""A second coding from the draw to the settled codes, and the dashboard of what was decided."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from suggester.review.accounts import Accounts
from suggester.review.database import Database
from suggester.review.people import ADMIN, Person
from tests.browser.steps import paste, press, wait_assigned
from tests.browser.test_accessibility import violations
from tests.serving import Served, served

_PASSWORD = "correct horse battery"
_NOTE = """ASSESSMENT AND PLAN
1. Type 2 diabetes mellitus, A1c 7.4, continue metformin.
2. Hypertension, at goal. Continue lisinopril.
3. Primary osteoarthritis of the left knee. Physical therapy.
"""
#: What only ann assigns, and only ben.
_ANNS, _BENS = "R51.9", "R42"
SignIn = Callable[..., Page]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A workbench with accounts."""
    folder = tmp_path_factory.mktemp("house")
    url = f"sqlite:///{folder / 'review.db'}"
    database = Database(url)
    database.upgrade()
    accounts = Accounts(database)
    for name, role in (("root", "admin"), ("ann", "coder"), ("ben", "coder"), ("olga", "auditor")):
        accounts.add(name, role, _PASSWORD, Person("command line", ADMIN))
    database.close()
    with served(folder, url) as running:
        yield running


@pytest.fixture(scope="module")
def sign_in(house: Served, browser: Browser) -> Iterator[SignIn]:
    """Sign somebody in in a browser of their own; what it complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(name: str, **options: Any) -> Page:
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, base_url=house.address, **options
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda told: complaints.append(told.text) if "Security Policy" in told.text else None,
        )
        page.goto("/login")
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", _PASSWORD)
        page.click("main button")
        page.wait_for_selector("nav[aria-label=Main]")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


def assign(page: Page, *codes: str) -> None:
    """Search for codes one after the other and assign them."""
    for code in codes:
        page.evaluate("getSelection().removeAllRanges()")
        press(page, "/")
        page.fill("#q", code)
        page.wait_for_selector(f"#hits [aria-selected=true] code:text-is('{code}')")
        press(page, "Enter")
        wait_assigned(page, code)


def finish(page: Page) -> None:
    """Finish, keeping every warning with a word why."""
    here = page.url
    page.keyboard.press("Control+Enter")
    done = "(here) => location.href !== here || document.querySelector('.notice.done, #acknowledge[open]')"
    page.wait_for_function(done, arg=here)
    while page.locator("#acknowledge[open]").count():
        page.keyboard.type("as documented")
        page.keyboard.press("Enter")
        page.wait_for_timeout(300)
    page.wait_for_function(done, arg=here)


@pytest.fixture(scope="module")
def drawn(sign_in: SignIn) -> dict[str, Any]:
    """An encounter that ann finished, and that olga drew for ben, from the audit page."""
    ann, olga = sign_in("ann"), sign_in("olga")
    paste(ann, _NOTE)
    number = str(re.search(r"E\d+", ann.url)[0])  # type: ignore[index]
    assign(ann, "I10", "E11.9", _ANNS)
    finish(ann)
    olga.goto("/audit")
    olga.fill("#draw [name=rate]", "100")
    for name in ("ann", "olga", "root"):
        olga.locator(f"#draw [name=coder][value={name}]").uncheck()
    olga.click("#draw button")
    olga.locator("#drawn", has_text="given to").wait_for()
    told = olga.inner_text("#drawn")
    return {"number": number, "told": told, "olga": olga}


@pytest.fixture(scope="module")
def coded_again(drawn: dict[str, Any], sign_in: SignIn) -> dict[str, Any]:
    """What ben was sent by the interface while coding it again, and what his page showed."""
    ben = sign_in("ben")
    answers: list[tuple[str, str]] = []

    def keep(answer: Any) -> None:
        if "/static/" not in answer.url and answer.request.resource_type != "image":
            try:
                answers.append((answer.url, answer.text()))
            except Exception:  # A redirection has no text.
                answers.append((answer.url, ""))

    ben.on("response", keep)
    ben.goto("/audit")
    ben.locator("main tbody a").first.click()
    ben.wait_for_selector(".suggestion.selected")
    pages = [ben.inner_text("body")]
    number = drawn["number"]
    for path in (f"/api/v1/encounters/{number}{more}" for more in ("", "/timeline", "/claim")):
        ben.evaluate("path => fetch(path).then((answer) => answer.text())", path)
    for path in ("/api/v1/encounters?q=pasted", "/api/v1/statistics", "/api/v1/quality/seconds"):
        ben.evaluate("path => fetch(path).then((answer) => answer.text())", path)
    ben.click("#timeline-open")
    ben.wait_for_selector("#timeline[open]")
    pages.append(ben.inner_text("#timeline"))
    press(ben, "Escape")
    assert ben.locator(".line").count() == 0
    assign(ben, "I10", "E11.9", _BENS)
    before = list(answers)
    address = ben.url
    finish(ben)
    return {"answers": before, "pages": pages, "address": address, "ben": ben}


def test_the_draw_says_what_was_given_to_whom(drawn: dict[str, Any]) -> None:
    assert drawn["told"] == "1 encounter given to ben."


def test_the_second_coder_sees_nothing_of_the_first(coded_again: dict[str, Any]) -> None:
    assert coded_again["address"].endswith("/second")
    asked = " ".join(url for url, _ in coded_again["answers"])
    for part in ("/codings/second", "/timeline", "/claim", "/statistics", "/encounters?q="):
        assert part in asked
    for url, text in coded_again["answers"]:
        assert _ANNS not in text, url
    for shown in coded_again["pages"]:
        assert _ANNS not in shown
        assert "ann" not in re.findall(r"[a-z]+", shown)


def test_the_auditor_settles_and_it_counts(
    coded_again: dict[str, Any], drawn: dict[str, Any], sign_in: SignIn, pictures: Path
) -> None:
    olga, number = drawn["olga"], drawn["number"]
    olga.goto("/audit")
    assert "ann / ben" in olga.inner_text("main")
    olga.screenshot(path=str(pictures / "audit.png"), full_page=True)
    olga.locator(f"a[href$='/{number}/adjudication']").click()
    olga.wait_for_selector("#settle")
    assert olga.locator("mark").all_inner_texts() == [_ANNS, _BENS]
    olga.screenshot(path=str(pictures / "adjudication.png"), full_page=True)
    # Ann's headache goes, ben's dizziness stays.
    assert "no code" in olga.locator("[data-choice]").nth(0).inner_text()
    olga.locator("[data-choice]").nth(0).locator("[value=second]").check()
    olga.locator("[data-choice]").nth(1).locator("[value=second]").check()
    olga.fill("#because", "Dizziness is documented, no headache.")
    olga.click("#settle button.primary")
    olga.wait_for_selector(".settled")
    assert "Settled by olga" in olga.inner_text("main")
    assert olga.locator(".settled tbody code").all_inner_texts() == ["I10", "E11.9", _BENS]
    assert "no headache" in olga.inner_text(".settled")
    root = sign_in("root")
    root.goto(f"/encounters/{number}")
    root.wait_for_selector("#state:has-text('audited')")
    codes = root.locator("[aria-label='Assigned diagnoses'] .line .code").all_inner_texts()
    assert codes == ["I10", "E11.9", _BENS]
    root.goto(f"/audit/trail?encounter={number}")
    trail = root.inner_text("main")
    assert f"settled: of {_ANNS} took no code; of {_BENS} took {_BENS}" in trail
    with root.expect_download() as download:
        root.click("text=Download >> nth=-1")
    text = Path(download.value.path()).read_text("utf-8")
    assert f"added {_ANNS}" in text
    assert "osteoarthritis" not in text


def test_the_dashboard_is_of_a_coder_and_a_period(
    coded_again: dict[str, Any], drawn: dict[str, Any]
) -> None:
    olga = drawn["olga"]
    olga.goto("/dashboard")
    titles = olga.locator("section.card h2").all_inner_texts()
    assert len(titles) == olga.locator("svg[role=img]").count() == 10
    drawn_titles = olga.locator("#figure-3 ~ .drawing title").all_text_contents()
    assert {"ann, typed although suggested: 2", "ann, added: 1"} <= set(drawn_titles)
    table = olga.locator("section", has=olga.locator("#figure-3")).locator("details")
    table.locator("summary").click()
    assert table.locator("tbody th").all_inner_texts() == ["ann"]
    assert olga.locator("select[name=coder] option").all_inner_texts() == ["all", "ann"]
    olga.select_option("select[name=coder]", "ann")
    olga.click("form.period button")
    assert "coder=ann" in olga.url
    assert olga.locator(".tiles dd").first.inner_text() == "1"
    olga.fill("[name=until]", "2020-01-31")
    olga.fill("[name=since]", "2020-01-01")
    olga.click("form.period button")
    assert "No encounter was finished in this period" in olga.inner_text("main")
    ben = coded_again["ben"]
    ben.goto("/dashboard?coder=ann")
    assert "of your own" in ben.inner_text("main")
    assert ben.locator("svg[role=img]").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768])
def test_the_pages_keep_the_rules_and_fit(
    coded_again: dict[str, Any], drawn: dict[str, Any], pictures: Path, scheme: Any, width: int
) -> None:
    olga, number = drawn["olga"], drawn["number"]
    olga.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    olga.set_viewport_size({"width": width, "height": 800})
    for path in (
        "/audit", f"/encounters/{number}/adjudication", f"/audit/trail?encounter={number}",
        "/dashboard", "/dashboard?coder=nobody",
    ):  # fmt: skip
        olga.goto(path)
        olga.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert violations(olga) == [], path
        assert olga.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        named = re.sub(r"\W+", "-", path).strip("-")
        olga.screenshot(path=str(pictures / f"{named}-{scheme}-{width}.png"), full_page=True)
