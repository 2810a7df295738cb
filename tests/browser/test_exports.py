"""Claims out of the page: of one encounter after it is finished, and of several from the worklist."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fhir.resources.R4B.claim import Claim
from playwright.sync_api import Browser, Page

from tests.browser.steps import accept, paste
from tests.serving import Served, served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Served]:
    """A service whose worklist no other test fills."""
    with served(tmp_path, f"sqlite:///{tmp_path / 'review.db'}") as running:
        yield running


@pytest.fixture
def desk(browser: Browser, own: Served) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=own.address)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def finish(page: Page) -> str:
    """Code a pasted note, finish it over the interface, and return its name."""
    paste(page)
    name = page.url.rsplit("/", 1)[1]
    accept(page, "I10")
    accept(page, "E78.5")
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    headers = {"content-type": "application/json", "x-csrf-token": token}
    for _ in range(12):
        view = page.request.get(f"/api/v1/encounters/{name}").json()
        open_ = [a for a in view["alerts"] if not a["acknowledged"] and a["severity"] == "warning"]
        event = {"kind": "finish"}
        if open_:
            event = {"kind": "acknowledge", "alert": open_[0]["key"], "word": "as documented"}
        page.request.post(
            f"/api/v1/encounters/{name}/decisions",
            data=json.dumps({"version": view["version"], **event}), headers=headers,
        )  # fmt: skip
        if not open_:
            break
    return name


def test_several_are_exported_together_and_marked(desk: Page, pictures: Path) -> None:
    names = [finish(desk) for _ in range(3)]
    desk.goto("/")
    desk.locator("#export").click()
    desk.wait_for_selector("#exports[open]")
    assert desk.locator("#exports-list input").count() == 3
    desk.locator(f"#exports-list input[value={names[1]}]").uncheck()
    assert desk.locator("#exports-about").inner_text() == "2 encounters will be exported."
    desk.screenshot(path=pictures / "exports.png")
    with desk.expect_download() as saved:
        desk.locator("#exports button.primary").click()
    rows = list(csv.DictReader(Path(saved.value.path()).read_text("utf-8").splitlines()))
    assert len({row["encounter"] for row in rows}) == 2
    assert {"I10", "E78.5"} <= {row["code"] for row in rows}
    desk.wait_for_selector(f"tr[data-id={names[0]}] .state[data-state=exported]")
    assert desk.locator(f"tr[data-id={names[1]}] .state").inner_text() == "coded"
    desk.locator("#export").click()
    desk.select_option("#exports select[name=format]", "ndjson")
    desk.select_option("#exports select[name=use]", "preauthorization")
    with desk.expect_download() as saved:
        desk.locator("#exports button.primary").click()
    assert saved.value.suggested_filename == "claims.ndjson"
    [line] = Path(saved.value.path()).read_text("utf-8").splitlines()
    claim = Claim.model_validate_json(line)
    assert (claim.use, len(claim.diagnosis or ())) == ("preauthorization", 2)
    desk.locator("#export").click()
    desk.locator("#told").get_by_text("No finished encounter waits").wait_for()


def test_a_finished_encounter_offers_its_claim_and_a_sheet(desk: Page, pictures: Path) -> None:
    name = finish(desk)
    desk.reload()
    desk.wait_for_selector(".notice.done")
    with desk.expect_download() as saved:
        desk.locator("[data-focus='claim:fhir']").click()
    Claim.model_validate_json(Path(saved.value.path()).read_text("utf-8"))
    desk.locator("[data-focus='claim:sheet']").click()
    desk.wait_for_url(f"**/encounters/{name}/sheet")
    assert desk.locator("tbody th code").first.inner_text() == "I10"
    desk.screenshot(path=pictures / "sheet.png", full_page=True)
    desk.emulate_media(media="print")
    desk.set_viewport_size({"width": 794, "height": 1123})
    assert not desk.locator("#print").is_visible()
    desk.screenshot(path=pictures / "sheet_printed.png", full_page=True)
