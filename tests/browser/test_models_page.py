"""The page of the models: retrain, watch, compare, promote, roll back, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from suggester.review.database import Database
from tests.browser.test_accessibility import violations
from tests.review.finished_encounters import person
from tests.review.house_habit import fill, small_corpus
from tests.serving import Served, served


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service with reviewed encounters, a small corpus, and a folder of models of its own."""
    folder = tmp_path_factory.mktemp("house")
    url = f"sqlite:///{folder / 'review.db'}"
    database = Database(url)
    database.upgrade()
    fill(database, person(database, "ann"))
    database.close()
    variables = {
        "SUGGESTER_CORPUS": str(small_corpus(folder)),
        "SUGGESTER_FEWEST_REVIEWED": "20",
        "SUGGESTER_MODELS_DIR": str(folder / "models"),
    }
    with served(folder, url, **variables) as running:
        yield running


@pytest.fixture
def models(browser: Any, house: Served) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=house.address)
    context.set_default_timeout(60_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda told: complaints.append(told.text) if "Security Policy" in told.text else None,
    )
    page.goto("/models")
    yield page
    context.close()
    assert not complaints


def pictured(page: Any, pictures: Path, name: str) -> None:
    """Look at the page as it is, in both themes and two sizes: nothing is cut off, nothing against the rules."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert violations(page) == [], (name, scheme)
        for width, height in ((1280, 800), (768, 1024)):
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=str(pictures / f"{name}-{scheme}-{width}.png"), full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 800})


def test_from_decisions_to_a_model_and_back(models: Any, pictures: Path) -> None:
    page = models
    assert page.inner_text("#in-use") == "default"
    assert "54 finished encounters" in page.inner_text("main")
    pictured(page, pictures, "models-before")
    page.click("#retrain")
    page.wait_for_selector("#job:not([hidden])")
    # Whoever opens the page meanwhile sees the same training; at once, for it takes some seconds only.
    other = page.context.new_page()
    other.goto("/models")
    other.wait_for_selector("#job:not([hidden])")
    other.wait_for_function(
        "() => document.getElementById('job-title').textContent.includes('local user')"
    )
    other.close()
    assert page.locator("#retrain").is_disabled()
    page.wait_for_function("() => document.getElementById('job-progress').value > 0.05")
    pictured(page, pictures, "models-training")

    page.wait_for_selector("#comparison:not([hidden])")
    name = page.inner_text("#comparison-other")
    assert name.startswith("reviewed-")
    assert "micro-F1" in page.inner_text("#comparison-verdict")
    basis = page.inner_text("#comparison-basis")
    assert "reviewed encounters" in basis
    assert "held-back encounters" in basis
    measures = page.locator("#comparison-rows tr").all_inner_texts()
    assert [row.split("\t")[0] for row in measures[:4]] == [
        "Micro-F1", "Micro precision", "Micro recall", "MAP",
    ]  # fmt: skip
    habit = page.locator("#comparison-codes tr", has_text="J20.9")
    assert "▲" in habit.inner_text()
    assert "Acute bronchitis" in habit.inner_text()
    pictured(page, pictures, "models-compared")
    assert page.inner_text("#in-use") == "default", "nothing changes before somebody wants it"

    page.click(f"[data-promote='{name}']")
    page.wait_for_selector("#confirm[open]")
    assert "micro-F1" in page.inner_text("#confirm .about")
    pictured(page, pictures, "models-confirm")
    page.click("#confirm button[value=no]")
    assert page.inner_text("#in-use") == "default"
    page.click(f"[data-promote='{name}']")
    page.click("#confirm button[value=yes]")
    page.wait_for_selector(f"#in-use:text-is('{name}')")
    assert "promoted by local user" in page.inner_text(".in-use")
    assert page.locator("tr", has_text=name).locator(".state").first.inner_text() == "in use"
    pictured(page, pictures, "models-promoted")

    page.click("#roll-back")
    page.click("#confirm button[value=yes]")
    page.wait_for_selector("#in-use:text-is('default')")
    assert not page.locator("#roll-back").count()
    history = page.locator("section", has_text="Who changed").locator("tbody tr").all_inner_texts()
    assert [row.split("\t")[1:] for row in history] == [
        ["local user", "rolled back to", "default", name],
        ["local user", "promoted", name, "default"],
    ]
