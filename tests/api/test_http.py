"""What holds for every answer: entity tags, compression, HEAD, headers, problems."""

from __future__ import annotations

import gzip
import importlib
import pkgutil
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from boundaries import BoundaryError
from service import problems
from service.app import create_app
from service.errors import ServiceError
from service.settings import Settings
from spatial.indicators import IndicatorError
from spatial.statistics import StatisticsError
from styles import StyleError

PATHS = (
    "/api",
    "/api/release",
    "/api/collections",
    "/api/indicators",
    "/api/indicators/pop_total/values?within=06633",
    "/api/analysis/moran?indicator=pop_total",
    "/tiles/2026-01-01.json",
    "/tiles/2026-01-01/8/134/85.mvt",
)


@pytest.mark.parametrize("path", PATHS)
def test_strong_entity_tag_answers_304(client: TestClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_identity_and_gzip_have_different_tags_and_equal_content(client: TestClient) -> None:
    with client.stream("GET", "/api/indicators", headers={"Accept-Encoding": "gzip"}) as packed:
        body = b"".join(packed.iter_raw())
    plain = client.get("/api/indicators", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(body) == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]


def test_gzip_that_is_refused_is_not_sent(client: TestClient) -> None:
    answer = client.get("/api/indicators", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("path", [*PATHS, "/api/nothing"])
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    got, head = client.get(path), client.head(path)
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert head.headers.get("etag") == got.headers.get("etag")


def test_other_portals_may_read(client: TestClient) -> None:
    answer = client.get("/api/indicators", headers={"Origin": "https://portal.example"})
    assert answer.headers["access-control-allow-origin"] == "*"


def test_methods_that_change_things_do_not_exist(client: TestClient) -> None:
    answer = client.post("/api/indicators", json={})
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_forbid_other_hosts(client: TestClient) -> None:
    for path, ancestors in (("/", "'self'"), ("/embed", "*")):
        answer = client.get(path)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert f"frame-ancestors {ancestors}" in policy


def test_assets_do_not_leave_their_folder(client: TestClient) -> None:
    for name in ("..%2Findex.html", "%2e%2e%2findex.html", "nothing.js", "index.html"):
        assert client.get(f"/assets/{name}").status_code in (400, 404)


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json()["status"] == "ready"
    assert "kreisatlas_requests_total" in client.get("/metrics").text


def test_without_a_release_the_service_says_so(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(workspace=tmp_path)), raise_server_exceptions=False) as empty:
        assert empty.get("/health/live").status_code == 200
        answer = empty.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["title"] == "Nothing is published yet"
    assert str(tmp_path) not in answer.text


def test_the_api_definition_takes_no_parameters_either(client: TestClient) -> None:
    assert client.get("/api/openapi.json?foo=1").status_code == 400


def test_public_url_wins_in_links(demo: Settings) -> None:
    settings = demo.model_copy(update={"public_url": "https://atlas.example/social/"})
    with TestClient(create_app(settings)) as behind_proxy:
        assert behind_proxy.get("/api").json()["links"][0]["href"] == "https://atlas.example/social/api"
        tiles = behind_proxy.get("/tiles/2026-01-01.json").json()["tiles"][0]
    assert tiles.startswith("https://atlas.example/social/tiles/2026-01-01/{z}/{x}/{y}.mvt?v=")


def test_unexpected_errors_show_a_number_not_their_text(demo: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(demo)
    monkeypatch.setattr(app.state.releases, "current", lambda: 1 / 0)
    with TestClient(app, raise_server_exceptions=False) as broken:
        answer = broken.get("/api")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] in answer.json()["detail"]
    assert "division" not in answer.text


def _subclasses(root: type[Exception]) -> set[type[Exception]]:
    return {root}.union(*(_subclasses(child) for child in root.__subclasses__()))


@pytest.mark.parametrize("root", [ServiceError, StatisticsError, IndicatorError, BoundaryError, StyleError])
def test_every_error_has_an_answer(root: type[Exception]) -> None:
    # Some are defined in modules that no import of the service reaches.
    package = importlib.import_module(root.__module__.rpartition(".")[0])
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    for error in _subclasses(root):
        assert problems.kind_of(error) is not None, error
