"""Problem details come in the language that a client asks for; everything that programs read stays the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.requests import Request

from boundaries import Sentence
from service.app import create_app
from service.jobs.board import JobBoard
from service.languages import language_of
from service.settings import Settings

GERMAN = {"Accept-Language": "de-DE,de;q=0.9,en;q=0.8"}


@pytest.mark.parametrize(
    ("path", "status", "german", "english"),
    [
        (
            "/api/indicators/none",
            404,
            "den Indikator 'none' gibt es nicht; siehe /api/indicators",
            "there is no indicator 'none'; see /api/indicators",
        ),
        (
            "/api/indicators?colour=red",
            400,
            "unbekannter Parameter 'colour'; möglich sind hier: ",
            "unknown query parameter 'colour'; this resource takes: ",
        ),
        (
            "/api/indicators/unemployed/values?vintage=1900-01-01",
            400,
            "der Parameter 'vintage' hat den Wert '1900-01-01'; erwartet: ein Tag ab ",
            "parameter 'vintage' has the value '1900-01-01'; expected a day from ",
        ),
        (
            "/api/collections/gemeinde/items?limit=many",
            400,
            "Parameter 'limit': muss eine ganze Zahl sein",
            "parameter 'limit': must be a whole number",
        ),
        (
            "/api/collections/gemeinde/items?limit=0",
            400,
            "Parameter 'limit': muss mindestens 1 sein",
            "parameter 'limit'",
        ),
        (
            "/api/analysis/moran?indicator=unemployed&permutations=1",
            400,
            "der Parameter 'permutations' hat den Wert '1'; erwartet: 99 bis 99999",
            "parameter 'permutations' has the value '1'; expected 99 to 99999",
        ),
        (
            "/api/analysis/moran?indicator=unemployed&within=06633018",
            422,
            "zu wenige Gebiete: 1 mit einem Wert, mindestens 10 sind nötig",
            "too few areas: 1 with a value, at least 10 are needed",
        ),
        ("/nowhere", 404, "diese Adresse gibt es nicht", "Not Found"),
    ],
)
def test_details_follow_the_language_and_nothing_else_does(
    client: TestClient, path: str, status: int, german: str, english: str
) -> None:
    answers = {language: client.get(path, headers=headers) for language, headers in (("de", GERMAN), ("en", {}))}
    documents: dict[str, dict[str, Any]] = {}
    for language, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        assert "Accept-Language" in answer.headers["vary"]
        assert answer.headers["cache-control"] == "no-store"
        documents[language] = answer.json()
    assert documents["de"].pop("detail").startswith(german)
    assert documents["en"].pop("detail").startswith(english)
    assert documents["de"] == documents["en"]


def test_good_answers_are_the_same_in_every_language(client: TestClient) -> None:
    german, other = client.get("/api/indicators", headers=GERMAN), client.get("/api/indicators")
    assert german.content == other.content
    assert german.headers["etag"] == other.headers["etag"]
    assert "content-language" not in german.headers


def test_a_method_that_is_impossible_is_told_in_german(client: TestClient) -> None:
    answer = client.delete("/api/indicators", headers=GERMAN)
    assert (answer.status_code, answer.json()["title"]) == (405, "Method Not Allowed")
    assert answer.json()["detail"] == "diese Methode ist bei dieser Adresse nicht möglich"


def test_failures_of_the_service_are_told_in_german_without_its_secrets(tmp_path: Path) -> None:
    with TestClient(create_app(Settings(workspace=tmp_path)), raise_server_exceptions=False) as empty:
        answer = empty.get("/api/indicators", headers=GERMAN)
    assert answer.status_code == 503
    assert answer.json()["title"] == "Nothing is published yet"
    assert answer.json()["detail"] == "Noch ist nichts veröffentlicht"
    assert str(tmp_path) not in answer.text


def test_why_a_job_failed_is_told_in_both_languages(tmp_path: Path) -> None:
    settings = Settings(workspace=tmp_path)
    board, job = JobBoard(settings.analyses_path / "jobs", 4), "0" * 32
    board.claim(job, statistic="moran", parameters={}, release=1)
    board.finish(job, "failed", why=Sentence("keine Unterschiede", "no variance"), reason="no variance")
    with TestClient(create_app(settings)) as client:
        german, english = (client.get(f"/api/jobs/{job}", headers=headers) for headers in (GERMAN, {}))
    assert (german.json()["detail"], german.json()["reason"]) == ("keine Unterschiede", "no variance")
    assert (english.json()["detail"], english.json()["reason"]) == ("no variance", "no variance")
    assert german.headers["content-language"] == "de"
    assert "Accept-Language" in german.headers["vary"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("fr", "en"),
        ("de", "de"),
        ("DE-at", "de"),
        ("en-GB,en;q=0.9", "en"),
        ("fr, de;q=0.5", "de"),
        ("en;q=0.3, de;q=0.8", "de"),
        ("de;q=0.3, en;q=0.8", "en"),
        ("de, en", "de"),
        ("en, de", "en"),
        ("de;q=0", "en"),
        ("de;q=0, en;q=0", "en"),
        ("de;q=many", "en"),
        ("de;q=nan", "en"),
        ("de;level=1", "de"),
        ("en;q=0, *", "de"),
        ("de;q=0, *", "en"),
        ("en;q=0", "de"),
        ("de;q=0.2, *", "en"),
        ("de, *;q=0.5", "de"),
        ("fr, *;q=0.5", "en"),
    ],
)
def test_the_language_is_the_one_that_a_client_prefers(header: str | None, language: str) -> None:
    headers = [] if header is None else [(b"accept-language", header.encode())]
    assert language_of(Request({"type": "http", "headers": headers})) == language


def test_a_header_that_is_sent_in_several_lines_is_one() -> None:
    headers = [(b"accept-language", b"fr"), (b"accept-language", b"de;q=0.8, en;q=0.4")]
    assert language_of(Request({"type": "http", "headers": headers})) == "de"
