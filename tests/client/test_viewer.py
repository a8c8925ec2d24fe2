"""The viewer in a real browser against a real server: what a planner does, and what it looks like."""

from __future__ import annotations

import io
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, ViewportSize, expect

from boundaries import Fields
from service.boundary_loading import load_boundaries
from service.settings import Settings
from service.workspace import Workspace, load_definitions, load_figures
from styles import CLUSTER_COLORS
from tests.conftest import serving

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
READY = "html[data-map-state=ready]"
HIGH_HIGH = tuple(int(CLUSTER_COLORS["high-high"][i : i + 2], 16) for i in (1, 3, 5))


class Visit:
    """One page with everything that went wrong on it."""

    def __init__(self, browser: Browser, server: str, viewport: ViewportSize) -> None:
        self.server = server
        self.page: Page = browser.new_page(viewport=viewport, locale="de-DE")
        self.problems: list[str] = []
        self.requests: list[str] = []
        self.finished: list[Request] = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        # Tiles are asked for by a worker, which only the context sees.
        self.page.context.on("requestfinished", self._finish)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"console {message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.status} {response.url}")

    def _finish(self, request: Request) -> None:
        self.finished.append(request)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        here = urlsplit(self.server).netloc
        if urlsplit(request.url).netloc not in ("", here):
            self.problems.append(f"request to another host: {request.url}")

    def open(self, query: str = "", path: str = "/") -> None:
        """Load the page and wait until the map shows its data."""
        self.page.goto(f"{self.server}{path}{query}")
        self.settle()

    def settle(self) -> None:
        """Wait until the map shows its data."""
        self.page.wait_for_selector(READY, timeout=60_000)

    def pixels(self) -> NDArray[np.uint8]:
        """Colours inside the map, shape (height, width, 3)."""
        picture = self.page.locator(".maplibregl-canvas").screenshot()
        return np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))

    def click_area(self, longitude: float, latitude: float) -> None:
        """Click the map at a place on earth."""
        point = self.page.evaluate(
            "([lon, lat]) => { const p = window.kreisatlas.map.project([lon, lat]); return [p.x, p.y]; }",
            [longitude, latitude],
        )
        self.page.locator(".maplibregl-canvas").click(position={"x": point[0], "y": point[1]})


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    visit = Visit(browser, server, DESKTOP)
    yield visit
    visit.page.close()
    assert visit.problems == []


@pytest.fixture
def phone(browser: Browser, server: str) -> Iterator[Visit]:
    visit = Visit(browser, server, PHONE)
    yield visit
    visit.page.close()
    assert visit.problems == []


def _colours(pixels: NDArray[np.uint8]) -> Counter[tuple[int, ...]]:
    colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    return Counter({tuple(int(c) for c in colour): int(n) for colour, n in zip(colours, counts, strict=True)})


def _legend_colours(visit: Visit) -> list[tuple[int, ...]]:
    """Colours of the classes as the service gives them for the state in the address."""
    path = next(url for url in reversed(visit.requests) if "/values?" in url)
    classes = json.loads(visit.page.request.get(path).text())["classification"]["classes"]
    return [tuple(int(each["color"][i : i + 2], 16) for i in (1, 3, 5)) for each in classes if each["count"]]


def test_a_planner_finds_naumburg(visit: Visit) -> None:
    """Pick indicator and period, see the district coloured, switch to clusters, click Naumburg, read its value."""
    visit.open("?indicator=general_practitioners&within=06633")
    page = visit.page
    before = visit.pixels()
    drawn = _colours(before)
    for colour in _legend_colours(visit):
        assert drawn[colour] > 200, f"class {colour} is in the legend and not on the map"
    assert len([n for n in drawn.values() if n > 200]) > 6

    page.get_by_role("radio", name="2015").check()
    page.wait_for_url(re.compile("period=2015"))
    visit.settle()
    assert (visit.pixels() != before).any(), "another period is another map"

    page.locator(".chooser").click()
    page.locator("#picker").get_by_role("searchbox").fill("Arbeitslosenanteil")
    page.locator("#picker").get_by_text("Arbeitslosenanteil", exact=True).click()
    page.wait_for_url(re.compile("indicator=unemp_share"))
    visit.settle()
    expect(page.get_by_role("heading", name="Arbeitslosenanteil")).to_be_visible()

    page.get_by_role("radio", name="Cluster").check()
    page.wait_for_url(re.compile("map=clusters"))
    visit.settle()
    assert _colours(visit.pixels())[HIGH_HIGH] > 500, "the cluster in the north is drawn"
    expect(page.get_by_text("Gesamtmuster")).to_be_visible()

    visit.click_area(9.17, 51.25)
    panel = page.get_by_role("complementary").filter(has_text="Naumburg")
    expect(panel.get_by_role("heading", name="Naumburg")).to_be_visible()
    expect(panel).to_contain_text("3,7")
    expect(panel).to_contain_text("Hessen")
    expect(panel).to_contain_text("Kassel (Landkreis)")
    assert "area=06633018" in page.url
    visit.settle()
    naumburg = visit.pixels()
    visit.click_area(9.17, 51.33)
    expect(panel.or_(page.get_by_role("complementary")).get_by_role("heading", name="Wolfhagen")).to_be_visible()
    visit.settle()
    changed = np.argwhere((visit.pixels() != naumburg).any(axis=2))
    assert len(changed) > 500, "the picked area is highlighted, and only it"


def test_a_line_ends_at_a_new_base(visit: Visit) -> None:
    """From 2011 on inhabitants are counted on another base: no line leads there, and chart and table say so."""
    visit.open("?indicator=pop_total&area=06633030")
    chart = visit.page.locator("aside.panel svg.chart")
    expect(chart).to_have_attribute("aria-label", re.compile("Ab 2011 neue Grundlage, mit den Zahlen davor nicht"))
    expect(chart.locator("line.new-base")).to_have_count(1)
    runs = [run.count("L") + 1 for run in str(chart.locator("path").get_attribute("d")).split("M")[1:]]
    assert runs == [3, 5, 2, 2], "2008 to 2010, 2011 to 2015, 2018 and 2019, 2021 and 2022"
    assert chart.locator("text.axis").all_text_contents()[0] == "0", "counts are drawn from zero"
    visit.page.get_by_text("Werte als Tabelle").click()
    title = visit.page.locator("aside.panel th[scope=rowgroup]")
    expect(title).to_have_text("Ab 2011 neue Grundlage, mit den Zahlen davor nicht vergleichbar")
    part = visit.page.locator("aside.panel tbody", has=visit.page.locator("th[scope=rowgroup]"))
    after = part.locator("th[scope=row]")
    assert after.all_text_contents()[0] == "2011"


def test_namesakes_are_told_apart_on_the_map(visit: Visit) -> None:
    """The district of Kassel and its city have one name, Fulda has it alone."""
    visit.open("?indicator=pop_total&within=06&level=kreis")
    labels = visit.page.evaluate("window.kreisatlas.map.getLayoutProperty('area-label', 'text-field')")
    assert {"Kassel (Landkreis)", "Kassel (Kreisfreie Stadt)"} <= {str(each) for each in labels}
    assert not any("Fulda" in str(each) for each in labels)


def test_the_address_holds_the_state(visit: Visit) -> None:
    visit.open("?indicator=unemp_share&within=06633&map=clusters&area=06633018&lang=en")
    page = visit.page
    expect(page.get_by_role("heading", name="Naumburg")).to_be_visible()
    expect(page.get_by_text("Not conspicuous").first.or_(page.get_by_text("not conspicuous").first)).to_be_visible()
    page.get_by_role("radio", name="Values").check()
    page.wait_for_url(re.compile("^((?!map=clusters).)*$"))
    visit.settle()
    page.go_back()
    page.wait_for_url(re.compile("map=clusters"))
    visit.settle()
    assert _colours(visit.pixels())[HIGH_HIGH] > 200


def test_the_reader_chooses_how_strictly_many_tests_count(visit: Visit) -> None:
    visit.open("?indicator=unemp_share&within=06633&map=clusters")
    page = visit.page
    reading = page.locator(".reading")
    for said in ("Gesamtmuster", "Einzelne Gebiete", "explorativ", "am Rand", "unbewohnte", "FDR 5 %"):
        expect(reading).to_contain_text(said)
    strict = visit.pixels()
    page.get_by_role("radio", name="ohne").check()
    page.wait_for_url(re.compile("correction=none"))
    visit.settle()
    expect(reading).to_contain_text("wären es schon durch Zufall etwa 1,4")
    expect(page.locator(".legend")).to_contain_text("ohne Korrektur")
    assert _colours(visit.pixels())[HIGH_HIGH] > _colours(strict)[HIGH_HIGH]
    assert len([url for url in visit.requests if "/local-moran?" in url]) == 1, "p of every kind is in the answer"


def test_series_can_be_read_on_earlier_boundaries(visit: Visit) -> None:
    """Wesertal of 2020 is a sum before; Oberweser, of which it was made, is a share of it afterwards."""
    visit.open("?indicator=pop_total&within=06633&area=06633030")
    page = visit.page
    expect(page.locator("aside")).to_contain_text("bis 2019: Summe aus Oberweser und Wahlsburg", ignore_case=True)
    page.locator("select[name=vintage]").select_option("2018-01-01")
    page.wait_for_url(re.compile("vintage=2018-01-01"))
    visit.settle()
    expect(page.locator(".subtitle")).to_contain_text("Gebietsstand 1.\u00a0Januar\u00a02018")
    expect(page.locator(".legend")).to_contain_text("geschätzt: 2")
    assert any("/tiles/2018-01-01/" in request.url for request in visit.finished)
    page.locator("select[name=area]").select_option("06633021")
    panel = page.locator("aside")
    expect(panel.get_by_role("heading", name="Oberweser")).to_be_visible()
    expect(panel.locator(".headline")).to_contain_text("≈")
    expect(panel).to_contain_text("geschätzt als Anteil an Wesertal")
    expect(panel).to_contain_text("aggregiert")


def test_a_planner_compares_districts(visit: Visit) -> None:
    """Choose the level with the keyboard; map, legend, table, clusters, panel and comparison follow."""
    visit.open("?indicator=unemp_share&within=06&area=06633018")
    page = visit.page
    expect(page.get_by_role("heading", name="Naumburg")).to_be_visible()
    level = page.locator("select[name=level]")
    assert level.evaluate("e => e.labels[0].textContent").strip().startswith("Ebene")
    assert level.locator("option").all_text_contents() == ["Gemeinden", "Kreise", "Regierungsbezirke"]
    level.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_url(re.compile("level=kreis"))
    visit.settle()
    assert "area=" not in page.url, "a municipality is no district"
    expect(page.locator(".subtitle")).to_contain_text("Hessen · Kreise")
    counts = page.locator(".legend .legend-count").all_inner_texts()
    assert sum(int(text.split()[0]) for text in counts) == 27
    drawn = _colours(visit.pixels())
    assert all(drawn[colour] > 200 for colour in _legend_colours(visit))
    visit.click_area(9.17, 51.33)
    panel = page.locator("aside")
    expect(panel.get_by_role("heading", name="Kassel (Landkreis)")).to_be_visible()
    expect(panel.locator(".compare")).to_contain_text("Hessen")
    expect(panel.locator(".compare tr")).to_have_count(2)
    page.get_by_role("radio", name="Cluster").check()
    page.wait_for_url(re.compile("map=clusters"))
    visit.settle()
    assert any("/local-moran?" in url and "level=kreis" in url for url in visit.requests)
    page.locator("select[name=within]").select_option("06633")
    expect(page.locator(".notice")).to_contain_text("Die Ebene „Kreise“ gibt es für diese Auswahl nicht")
    visit.settle()
    assert level.count() == 0, "a district has municipalities only"


def test_areas_that_no_district_holds(browser: Browser, tmp_path: Path) -> None:
    """Own polygons and groups of them, nothing else: there is no region to choose, and the map shows all."""
    space = Workspace(Settings(workspace=tmp_path / "atlas"))
    space.create(demo=False, progress=lambda _: None)
    store = space.open()
    (tmp_path / "quarters.geojson").write_text(json.dumps(_quarters(4)))
    load_boundaries(
        store, str(tmp_path / "quarters.geojson"), vintage=date(2024, 1, 1), level="quartier",
        fields=Fields("code", "name"),
    )  # fmt: skip
    members = [f"{i};Viertel {i};Q{i}{j}" for i in range(4) for j in range(4)]
    (tmp_path / "groups.csv").write_text("\n".join(["key;name;member", *members]))
    load_boundaries(store, str(tmp_path / "groups.csv"), vintage=date(2024, 1, 1), level="viertel")
    (tmp_path / "noise.toml").write_text(
        '[[indicator]]\nid = "noise"\ntitle_de = "Lärm"\nkind = "mean"\nunit = "dB"\ndisclosure = "open"\n'
        '[[indicator]]\nid = "homes"\ntitle_de = "Wohnungen"\nkind = "count"\nunit = "Wohnungen"\n'
        'additive = true\nharmonise = "sum"\ndisclosure = "open"\n'
    )
    load_definitions(store, tmp_path / "noise.toml")
    rows = [f"Q{i}{j};{50 + 3 * i + j}" for i in range(4) for j in range(4)]
    (tmp_path / "noise.csv").write_text("\n".join(["code;2024", *rows]))
    load_figures(store, tmp_path / "noise.csv", indicator="noise", mapping=None)
    load_figures(store, tmp_path / "noise.csv", indicator="homes", mapping=None)
    space.publish("own areas", lambda _: None)
    with serving(tmp_path / "atlas") as server:
        visit = Visit(browser, server, DESKTOP)
        visit.open("?map=clusters&area=Q12")
        expect(visit.page.locator(".subtitle")).to_contain_text("alle Gebiete")
        expect(visit.page.locator("aside").get_by_role("heading", name="Quartier 12")).to_be_visible()
        assert _colours(visit.pixels())[HIGH_HIGH] > 500
        visit.page.get_by_role("radio", name="Werte").check()
        visit.settle()
        drawn = _colours(visit.pixels())
        assert all(drawn[colour] > 200 for colour in _legend_colours(visit))
        assert visit.page.locator("select[name=level]").count() == 0, "noise is not put together"
        visit.open("?indicator=homes&level=viertel&area=2")
        panel = visit.page.locator("aside")
        expect(panel.get_by_role("heading", name="Viertel 2")).to_be_visible()
        expect(panel.locator(".headline")).to_contain_text("230")
        expect(panel).to_contain_text(
            "Zusammengefasst aus Quartier 20, Quartier 21, Quartier 22, Quartier 23 (4 Quartiere)."
        )
        expect(visit.page.locator(".legend")).to_contain_text(
            "Zusammengefasst aus veröffentlichten Zahlen der Quartiere"
        )
        visit.page.close()
        assert visit.problems == []


def _quarters(side: int) -> dict[str, Any]:
    """A square of quarters with their keys."""
    features = []
    for i, j in itertools.product(range(side), repeat=2):
        west, south = 9.4 + 0.02 * i, 51.3 + 0.02 * j
        ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.02], [west, south + 0.02], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {"code": f"Q{i}{j}", "name": f"Quartier {i}{j}"},
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def test_secret_and_uninhabited_areas_have_their_own_look(visit: Visit) -> None:
    visit.open("?indicator=hze_rate&within=06633")
    page = visit.page
    legend = page.locator(".legend")
    expect(legend).to_contain_text("geheim gehalten")
    expect(legend).to_contain_text("unbewohnt")
    expect(page.locator(".badge")).to_have_text("Synthetische Daten")
    answer = json.loads(page.request.get(f"{visit.server}/api/indicators/hze_rate/values?within=06633").text())
    secret = next(k for k, s in zip(answer["keys"], answer["status"], strict=True) if s == "SECRET")
    visit.open(f"?indicator=hze_rate&within=06633&area={secret}")
    expect(page.locator("aside").filter(has_text="geheim gehalten")).to_be_visible()


def test_all_of_hessen(visit: Visit) -> None:
    visit.open("?indicator=sgb2_persons&within=06")
    drawn = _colours(visit.pixels())
    assert all(drawn[colour] > 1000 for colour in _legend_colours(visit))


def test_counts_are_circles_not_coloured_areas(visit: Visit) -> None:
    visit.open("?indicator=pop_total&within=06633&period=2015")
    answer = visit.page.request.get(f"{visit.server}/api/indicators/pop_total/values?within=06633&period=2015").json()
    assert answer["classification"]["classes"] == []
    expect(visit.page.get_by_text("Kreisfläche entspricht der Anzahl")).to_be_visible()


def test_the_table_is_the_map_in_words(visit: Visit) -> None:
    visit.open("?indicator=unemp_share&within=06633")
    page = visit.page
    page.get_by_role("button", name="Tabelle").or_(page.get_by_role("radio", name="Tabelle")).first.click()
    rows = page.locator("table.areas tr")
    expect(rows.filter(has_text="Naumburg")).to_contain_text("3,7")
    expect(rows.filter(has_text="Reinhardswald")).to_contain_text("unbewohnt")
    assert rows.count() >= 30


def test_what_cannot_be_computed_is_said_kindly(visit: Visit) -> None:
    with visit.page.expect_console_message(lambda message: "422" in message.text):
        visit.open("?indicator=unemp_share&within=06611&map=clusters")
    expect(visit.page.get_by_role("status").or_(visit.page.get_by_role("alert")).first).to_be_visible()
    # The refusal itself is an answer the browser logs; it is the only problem.
    assert all("422" in problem for problem in visit.problems)
    visit.problems.clear()


def test_a_phone_shows_everything_without_sideways_scrolling(phone: Visit) -> None:
    phone.open("?indicator=unemp_share&within=06633&area=06633018")
    page = phone.page
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert len([n for n in _colours(phone.pixels()).values() if n > 100]) > 5
    expect(page.get_by_role("heading", name="Naumburg")).to_be_visible()


def test_the_embedded_map_has_no_chrome_and_names_its_sources(visit: Visit) -> None:
    visit.open("?indicator=unemp_share&within=06633", "/embed")
    expect(visit.page.get_by_text("GeoBasis-DE").first).to_be_visible()
    expect(visit.page.locator(".legend")).to_be_visible()
    assert visit.page.get_by_text("Zum Indikator").count() == 0


def test_a_first_visit_stays_small(visit: Visit) -> None:
    """The cold first page: bytes over the wire and requests, bounded so that growth is noticed.

    The worker's script (149 kB packed) is loaded apart and not among them.
    """
    visit.open()
    own = [request for request in visit.finished if request.url.startswith("http")]
    sizes = [request.sizes() for request in own]
    assert any(".mvt" in request.url for request in own)
    assert len(own) <= 40
    assert sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes) <= 600_000
