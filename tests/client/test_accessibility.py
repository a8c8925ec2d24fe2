"""The viewer for everyone: WCAG 2.2 A and AA by axe-core, and use with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
LAPTOP: ViewportSize = {"width": 1024, "height": 700}
PHONE: ViewportSize = {"width": 360, "height": 740}
READY = "html[data-map-state=ready]"
DISTRICT = "within=06633"
UNEMPLOYED = f"/?indicator=unemp_share&{DISTRICT}"

Open = Callable[..., Page]

STATES = {
    "values": (UNEMPLOYED, DESKTOP),
    "counts in English": (f"/?indicator=pop_total&{DISTRICT}&area=06633030&lang=en", DESKTOP),
    "clusters with panel": (f"{UNEMPLOYED}&map=clusters&area=06633018", DESKTOP),
    "secret figures": (f"/?indicator=hze_rate&{DISTRICT}&area=06633004", LAPTOP),
    "districts with panel": ("/?indicator=unemp_share&within=06&level=kreis&area=06633", DESKTOP),
    "table": (f"{UNEMPLOYED}&view=table&map=clusters", DESKTOP),
    "unknown parameters": (f"/?indicator=gone&{DISTRICT}&period=1900", DESKTOP),
    "embed": (UNEMPLOYED.replace("/?", "/embed?"), DESKTOP),
    "phone": (UNEMPLOYED, PHONE),
    "phone with panel": (f"{UNEMPLOYED}&area=06633018", PHONE),
    "phone with table": (f"{UNEMPLOYED}&view=table", PHONE),
}


@pytest.fixture
def open_page(browser: Browser, server: str) -> Iterator[Open]:
    """Open a state of the viewer and wait until it shows its data."""
    pages: list[Page] = []

    def open_state(path: str, viewport: ViewportSize = DESKTOP) -> Page:
        page = browser.new_page(viewport=viewport, locale="de-DE", reduced_motion="reduce")
        pages.append(page)
        page.goto(f"{server}{path}")
        page.wait_for_selector(READY, timeout=60_000)
        return page

    yield open_state
    for page in pages:
        page.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is, one line for each element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", WCAG
    )
    assert found["passes"], "axe-core has checked nothing"
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def focused(page: Page, script: str) -> Any:
    """Evaluate an expression on the element that has the focus, ``e``."""
    return page.evaluate(f"() => {{ const e = document.activeElement; return {script}; }}")


def tab_to(page: Page, selector: str, most: int = 40) -> None:
    """Press the tab key until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if focused(page, f"e.matches({selector!r})"):
            return
    pytest.fail(f"{most} tab stops and none is {selector}")


@pytest.mark.parametrize("state", STATES)
def test_nothing_violates_wcag(open_page: Open, state: str) -> None:
    path, viewport = STATES[state]
    assert violations(open_page(path, viewport)) == []


def test_axe_finds_what_is_wrong(open_page: Open) -> None:
    page = open_page(UNEMPLOYED)
    page.evaluate("document.querySelector('.chooser').insertAdjacentHTML('afterend', '<button></button>')")
    assert [line.split(" ")[0] for line in violations(page)] == ["button-name"]


def test_the_open_picker_violates_nothing(open_page: Open) -> None:
    page = open_page(UNEMPLOYED)
    page.locator(".chooser").click()
    expect(page.locator("#picker")).to_be_visible()
    assert violations(page) == []


def test_the_picker_works_with_the_keyboard(open_page: Open) -> None:
    """Tab to the picker, open it, type, walk down, choose; the focus comes back."""
    page = open_page(UNEMPLOYED)
    tab_to(page, ".chooser")
    page.keyboard.press("Enter")
    search = page.locator("#picker").get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("Durchschnittsalter")
    expect(page.locator("#picker .option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#picker .option")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("indicator=age_mean"))
    page.wait_for_selector(READY)
    expect(page.locator("#picker")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Durchschnittsalter")
    expect(page.locator(".chooser")).to_be_focused()


def test_enter_in_the_search_field_takes_the_first_match(open_page: Open) -> None:
    page = open_page(UNEMPLOYED)
    page.locator(".chooser").press("Enter")
    page.keyboard.type("mean age")
    expect(page.locator("#picker .option")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("indicator=age_mean"))


def test_escape_closes_the_picker_and_not_the_panel(open_page: Open) -> None:
    page = open_page(f"{UNEMPLOYED}&area=06633018")
    page.locator(".chooser").press("Enter")
    expect(page.locator("#picker")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#picker")).to_be_hidden()
    expect(page.locator(".chooser")).to_be_focused()
    expect(page.get_by_role("heading", name="Naumburg")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_have_count(0)
    assert "area=" not in page.url


def test_the_table_sorts_with_the_keyboard(open_page: Open) -> None:
    page = open_page(f"{UNEMPLOYED}&view=table")
    names = page.locator("table.areas tbody th")
    tab_to(page, ".col-value button")
    page.keyboard.press("Enter")
    expect(page.locator("th.col-value")).to_have_attribute("aria-sort", "descending")
    highest = names.first.inner_text()
    expect(page.locator(".col-value button")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("th.col-value")).to_have_attribute("aria-sort", "ascending")
    assert names.first.inner_text() != highest
    expect(names.last).to_have_text("Gutsbezirk Reinhardswald")  # no value is no lowest value


def test_an_opened_panel_has_the_focus_and_gives_it_back(open_page: Open) -> None:
    page = open_page(f"{UNEMPLOYED}&view=table")
    naumburg = page.locator("table.areas").get_by_role("button", name="Naumburg")
    naumburg.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-name")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert focused(page, "e.matches('.panel .close')")
    style = focused(page, "getComputedStyle(e).outlineStyle + ' ' + parseFloat(getComputedStyle(e).outlineWidth)")
    assert re.match(r"solid [2-9]", style), "the focus is visible"
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_have_count(0)
    expect(naumburg).to_be_focused()


def test_every_tab_stop_has_a_name_and_a_visible_focus(open_page: Open) -> None:
    page = open_page(f"{UNEMPLOYED}&area=06633018")
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page, "e === document.body"):
            break
        seen.append(focused(page, "e.outerHTML.slice(0, 120)"))
        visible = focused(
            page,
            "[e, e.nextElementSibling].some(x => x && getComputedStyle(x).outlineStyle !== 'none'"
            " && parseFloat(getComputedStyle(x).outlineWidth) >= 2)",
        )
        assert visible, f"no focus to be seen on {seen[-1]}"
    assert len(seen) > 10
    assert focused(page, "e === document.body"), f"the tab key gets caught: {seen[-3:]}"


def test_texts_may_be_twice_as_large(open_page: Open) -> None:
    """1280 pixels at 200 % are 640: nothing may need scrolling sideways (WCAG 1.4.10 asks for 320)."""
    for width in (640, 320):
        page = open_page(f"{UNEMPLOYED}&area=06633018", {"width": width, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
