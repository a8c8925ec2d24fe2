"""Boundaries from an address: progress, continuation, checksum, and clear words when there is nothing to get."""

from __future__ import annotations

import base64
import gzip
import hashlib
import socket
import threading
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import geopandas
import pytest
from shapely import box

from boundaries import Downloads, Sentence, Unreadable, examine_boundaries, read_boundaries
from boundaries.download import fetched, shown_address
from tests.loopback import Site

DAY = date(2022, 12, 31)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A zipped GeoPackage with the folders and names of the BKG."""
    folder = tmp_path_factory.mktemp("archive")
    frame = geopandas.GeoDataFrame(
        {
            "ADE": [6, 6], "GF": [4, 4], "BSG": [1, 1], "AGS": ["06633018", "06633019"],
            "GEN": ["Naumburg", "Nieste"], "BEZ": ["Stadt", "Gemeinde"], "IBZ": [60, 61],
        },
        geometry=[box(9.0, 51.0, 9.1, 51.1), box(9.1, 51.0, 9.2, 51.1)],
        crs="EPSG:4326",
    )  # fmt: skip
    frame.to_crs("EPSG:25832").to_file(folder / "DE_VG250.gpkg", layer="vg250_gem")
    stem = "vg250_12-31.utm32s.gpkg.ebenen"
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(folder / "DE_VG250.gpkg", f"{stem}/vg250_ebenen_1231/DE_VG250.gpkg")
        packed.writestr(f"{stem}/dokumentation/struktur.txt", "VG250")
    return (folder / "a.zip").read_bytes()


PATH = "/produkte/vg/vg250_ebenen_1231/2022/vg250_12-31.utm32s.gpkg.ebenen.zip"


def test_an_archive_of_the_bkg_is_fetched_and_read(site: Site, archive: bytes, tmp_path: Path) -> None:
    site.files[PATH] = archive
    told: list[Sentence] = []
    address = f"{site.address}{PATH}?token=secret"
    examined = examine_boundaries(address, vintage=DAY, downloads=Downloads(tmp_path, told.append))
    assert examined.sets[0].keys == ("06633018", "06633019")
    assert examined.from_bkg
    assert examined.origin.file == f"{site.address}{PATH}"  # without the token
    assert examined.origin.sha256 == hashlib.sha256(archive).hexdigest()
    assert examined.origin.fetched is not None
    name, size = PATH.rsplit("/", 1)[-1], f"{len(archive) / 1e6:.1f}"
    (progress,) = told
    assert progress.en == f"{name}: {size} MB of {size} MB (100 %)"
    assert progress.de == f"{name}: {size} MB von {size} MB (100 %)".replace(size, size.replace(".", ","))
    assert list(tmp_path.iterdir()) == []  # nothing is left behind


@pytest.mark.parametrize("name", ["a.geojson", "a.fgb", "a.gpkg", "a.parquet", "a.geojson.gz", "items"])
def test_the_content_tells_the_format(site: Site, tmp_path: Path, name: str) -> None:
    frame = geopandas.GeoDataFrame({"AGS": ["06633018"]}, geometry=[box(9.0, 51.0, 9.1, 51.1)], crs="EPSG:4326")
    local = tmp_path / ("a.geojson" if name in ("items", "a.geojson.gz") else name)
    if local.suffix == ".parquet":
        frame.to_parquet(local)
    else:
        frame.to_file(local)
    content = local.read_bytes()
    site.files[f"/{name}"] = gzip.compress(content) if name.endswith(".gz") else content
    assert read_boundaries(f"{site.address}/{name}", vintage=DAY)[0].keys == ("06633018",)


def test_a_broken_connection_is_taken_up_again(site: Site, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    site.files["/a.bin"] = content
    site.stops_after = [100_000, 300_000]
    told: list[Sentence] = []
    with fetched(f"{site.address}/a.bin", Downloads(tmp_path, told.append)) as file:
        assert file.path.read_bytes() == content
    assert site.requests == [None, "bytes=100000-", "bytes=400000-"]
    assert told[0] == Sentence(
        "Verbindung nach 0,1 MB abgebrochen, wird fortgesetzt", "connection broke after 0.1 MB, continuing"
    )


def test_a_later_call_continues_where_the_last_one_ended(site: Site, tmp_path: Path) -> None:
    content = bytes(range(256)) * 4000
    site.files["/a.bin"] = content
    site.stops_after = [100_000, 0]
    downloads = Downloads(tmp_path, lambda _: None)
    with (
        pytest.raises(Unreadable, match=r"broke after 0.1 MB .* load again"),
        fetched(f"{site.address}/a.bin", downloads),
    ):
        pass
    with fetched(f"{site.address}/a.bin", downloads) as file:
        assert file.path.read_bytes() == content
    assert site.requests[-1] == "bytes=100000-"


@pytest.mark.parametrize("etag", ['"two"', ""], ids=["another file", "no mark"])
def test_a_part_of_another_file_is_thrown_away(site: Site, tmp_path: Path, etag: str) -> None:
    site.files["/a.bin"] = b"old" * 100_000
    site.stops_after = [100_000, 0]
    downloads = Downloads(tmp_path, lambda _: None)
    with pytest.raises(Unreadable), fetched(f"{site.address}/a.bin", downloads):
        pass
    site.files["/a.bin"], site.etag = b"new" * 90_000, etag
    with fetched(f"{site.address}/a.bin", downloads) as file:
        assert file.path.read_bytes() == b"new" * 90_000


def test_a_part_longer_than_the_file_is_thrown_away(site: Site, tmp_path: Path) -> None:
    site.files["/a.bin"] = b"long" * 100_000
    site.stops_after = [100_000, 0]
    downloads = Downloads(tmp_path, lambda _: None)
    with pytest.raises(Unreadable), fetched(f"{site.address}/a.bin", downloads):
        pass
    site.files["/a.bin"] = b"short"
    with fetched(f"{site.address}/a.bin", downloads) as file:
        assert file.path.read_bytes() == b"short"


def refusal(address: str) -> str:
    with pytest.raises(Unreadable) as caught:
        read_boundaries(address, vintage=DAY)
    text = str(caught.value)
    assert text.startswith(f"{shown_address(address)}: ")
    assert "\n" not in text
    return text


def test_what_cannot_be_had_is_said_clearly(site: Site) -> None:
    assert "no such file (404)" in refusal(f"{site.address}/absent.zip")
    assert "not give this file to everybody (403)" in refusal(f"{site.address}/secret.zip")
    site.files["/page.zip"] = b"\n<!DOCTYPE html><html><body>Bitte anmelden</body></html>"
    assert "web page" in refusal(f"{site.address}/page.zip")
    site.files["/empty.zip"] = b""
    assert "empty (0 bytes)" in refusal(f"{site.address}/empty.zip")
    site.files["/junk.zip"] = b"PK\x03\x04 no archive"
    assert "zip" in refusal(f"{site.address}/junk.zip")
    site.files["/a.shp"] = b"\x00\x00\x27\x0a"
    assert "zip archive" in refusal(f"{site.address}/a.shp")


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/a.zip"
        assert "127.0.0.1 cannot be reached" in refusal(address)
    assert "cannot be reached" in refusal("http://no-such-host.invalid/a.zip")


def test_too_large_files_are_not_fetched(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boundaries.download._LARGEST_BYTES", 1000)
    site.files["/a.zip"] = b"x" * 1001
    assert "larger than 8 GiB" in refusal(f"{site.address}/a.zip")


def test_user_and_password_are_sent_and_never_shown(site: Site, archive: bytes, tmp_path: Path) -> None:
    site.files[PATH] = archive
    told: list[Sentence] = []
    address = site.address.replace("//", "//planer:p%40ss@")
    examined = examine_boundaries(f"{address}{PATH}", vintage=DAY, downloads=Downloads(tmp_path, told.append))
    assert examined.origin.file == f"{site.address}{PATH}"
    assert site.credentials == ["Basic " + base64.b64encode(b"planer:p@ss").decode()]
    site.files["/"] = b"<html>"
    said = [refusal(f"{address}{path}") for path in ("/absent.zip", "/")]
    said += [refusal(f"http://planer:p%40ss@{host}/a.zip") for host in ("127.0.0.1:port", "[::1", "", "127.0.0.1:0")]
    said += [refusal("ftp://planer:p%40ss@host.example/a.zip")]
    assert not any("p%40ss" in each or "p@ss" in each for each in (*said, *(each.de for each in told)))
    assert all("is no valid address; check host and port" in each for each in said[2:-1])
    assert said[-1] == "ftp://host.example/a.zip: is no http(s) address; download the file yourself and load it"


def test_addresses_are_shown_without_secrets() -> None:
    assert shown_address("https://user:pass@host.example:8443/a/b.zip?key=1#x") == "https://host.example:8443/a/b.zip"
