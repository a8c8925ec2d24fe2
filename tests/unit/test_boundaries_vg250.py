"""VG250-EW as the BKG delivers it: archives, folders, layers, views, columns and coordinate systems.

The areas are squares; names, keys, inhabitants and official areas are those of the Gemeindeverzeichnis of 2022.
"""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
from shapely import LineString, box

from boundaries import FindingKind, UnknownLayer, examine_boundaries, read_boundaries

DAY = date(2022, 12, 31)
X, Y = 520_000, 5_680_000
# Columns of every layer of polygons in their order (BKG: documentation of VG250-EW), and those of the view beside it.
LONG = {
    "OBJID": "Objektidentifikator", "BEGINN": "BeginnLebenszeit", "ADE": "ADE", "GF": "GF", "BSG": "BSG",
    "ARS": "Regionalschlüssel_ARS", "AGS": "Gemeindeschlüssel_AGS", "SDV_ARS": "Verwaltungssitz_SDV_ARS",
    "GEN": "GeografischerName_GEN", "BEZ": "Bezeichnung", "IBZ": "Identifikator_IBZ", "BEM": "Bemerkung", "NBD": "NBD",
    "SN_L": "Land", "SN_R": "Regierungsbezirk", "SN_K": "Kreis", "SN_V1": "VerwaltungsgemeinschaftTeil1",
    "SN_V2": "VerwaltungsgemeinschaftTeil2", "SN_G": "Gemeinde", "FK_S3": "FK_S3",
    "NUTS": "Europ_Statistikschlüssel_NUTS", "ARS_0": "RegioschlüsselAufgefüllt",
    "AGS_0": "GemeindeschlüsselAufgefüllt", "WSK": "Wirksamkeit_WSK", "EWZ": "Einwohnerzahl_EWZ",
    "KFL": "Katasterfläche_KFL", "DLM_ID": "DLM_Identifikator",
}  # fmt: skip
STEM = "vg250-ew_12-31.{crs}.{form}.ebenen"
SYSTEMS = {"utm32s": "EPSG:25832", "gk3": "EPSG:31467"}


def feature(
    ars: str, name: str, kind: str, people: int, km2: float, corners: tuple[int, int, int, int], **more: Any
) -> dict[str, Any]:
    west, south, east, north = (1000 * each for each in corners)
    ade = {2: 2, 3: 3, 5: 4, 9: 5, 12: 6}[len(ars)]
    return {
        "OBJID": f"DEBKGVG2000{ars[:5]}", "BEGINN": "2022-12-31", "ADE": ade, "GF": 4, "BSG": 1, "ARS": ars,
        "AGS": ars[:5] + ars[9:] if ade != 5 else "--------", "SDV_ARS": ars.ljust(12, "0"), "GEN": name, "BEZ": kind,
        "IBZ": 60, "BEM": "--", "NBD": "ja", "SN_L": ars[:2], "SN_R": ars[2:3] or "0", "SN_K": ars[3:5] or "00",
        "SN_V1": "00", "SN_V2": "00", "SN_G": ars[9:] or "000", "FK_S3": "R", "NUTS": "DE734",
        "ARS_0": ars.ljust(12, "0"), "AGS_0": ars[:5].ljust(8, "0"), "WSK": "2009-01-01", "EWZ": people, "KFL": km2,
        "DLM_ID": "DEBKGDL20000", "geometry": box(X + west, Y + south, X + east, Y + north), **more,
    }  # fmt: skip


NAUMBURG = feature("066330018018", "Naumburg", "Stadt", 5026, 66.32, (0, 0, 8, 8))
NIESTE = feature("066330019019", "Nieste", "Gemeinde", 1965, 28.9, (8, 0, 13, 6))
FOREST = feature(
    "066339200200", "Gutsbezirk Reinhardswald", "Gemeindefreies Gebiet", 0, 183.0, (0, 8, 13, 22), BEM="gemeindefrei"
)
# As the BKG gives an area that reaches into the sea or Lake Constance: once more, with the same key.
WATER = feature("066330019019", "Nieste", "Gemeinde", 0, 0.0, (13, 0, 15, 6), GF=2)
LAYERS = {
    "GEM": [NAUMBURG, NIESTE, FOREST, WATER],
    "VWG": [feature("066330018", "Naumburg", "Stadt", 5026, 66.32, (0, 0, 8, 8))],
    "KRS": [feature("06633", "Kassel", "Landkreis", 6991, 278.2, (0, 0, 13, 22))],
    "RBZ": [feature("066", "Kassel", "Regierungsbezirk", 6991, 278.2, (0, 0, 13, 22))],
    "LAN": [feature("06", "Hessen", "Land", 6991, 278.2, (0, 0, 13, 22))],
    "STA": [feature("06", "Deutschland", "Bundesrepublik", 6991, 278.2, (0, 0, 13, 22)) | {"ARS": "000000000000"}],
}


def frames(crs: str) -> dict[str, geopandas.GeoDataFrame]:
    """Return the layers by their abbreviation: the polygons, the borders and the points of the municipalities."""
    found = {
        name: geopandas.GeoDataFrame(rows, geometry="geometry", crs="EPSG:25832").to_crs(crs)
        for name, rows in LAYERS.items()
    }
    border = LineString([(X, Y), (X, Y + 22_000)])
    found["LI"] = geopandas.GeoDataFrame({"AGZ": [9], "RDG": [1]}, geometry=[border], crs="EPSG:25832").to_crs(crs)
    points = found["GEM"].drop(columns="geometry")
    found["PK"] = geopandas.GeoDataFrame(points, geometry=found["GEM"].representative_point(), crs=crs)
    return found


def packed(folder: Path, form: str, crs: str) -> Path:
    """Pack a folder as the BKG does: the edition around the data, documentation and the day beside them."""
    stem = STEM.format(crs=crs, form=form)
    path = folder / f"{stem}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted((folder / "data").iterdir()):
            archive.write(file, f"{stem}/vg250-ew_ebenen_1231/{file.name}")
        archive.writestr(f"{stem}/aktualitaet.txt", "Stand der Daten: 31.12.2022")
        archive.writestr(f"{stem}/dokumentation/vg250-ew.pdf", b"%PDF-1.7")
        archive.writestr(f"{stem}/dokumentation/struktur_und_attribute_vg.xls", b"\xd0\xcf\x11\xe0")
    return path


def geopackage(folder: Path, crs: str, case: Callable[[str], str], *, views: bool = True) -> Path:
    """DE_VG250.gpkg: tables vg250_gem ..., and the views v_vg250_gem ... with long names of columns."""
    path = folder / "data" / "DE_VG250.gpkg"
    path.parent.mkdir()
    for name, frame in frames(SYSTEMS[crs]).items():
        frame.rename(columns={column: case(column) for column in LONG}).to_file(path, layer=f"vg250_{name.lower()}")
    if not views:
        return packed(folder, "gpkg", crs)
    with sqlite3.connect(path) as connection:
        for name in LAYERS:
            table = f"vg250_{name.lower()}"
            aliases = ", ".join(f'"{case(short)}" AS "{long}"' for short, long in LONG.items())
            words = "'mit Struktur Land' AS \"Geofaktor_GF\""
            connection.execute(f"CREATE VIEW v_{table} AS SELECT fid AS OGC_FID, {words}, {aliases}, geom FROM {table}")  # noqa: S608
            for registry, columns in {
                "gpkg_contents": "data_type, description, last_change, min_x, min_y, max_x, max_y, srs_id",
                "gpkg_geometry_columns": "column_name, geometry_type_name, srs_id, z, m",
            }.items():
                named = "table_name, identifier" if registry == "gpkg_contents" else "table_name"
                view = f"'v_{table}', 'v_{table}'" if registry == "gpkg_contents" else f"'v_{table}'"
                connection.execute(
                    f"INSERT INTO {registry} ({named}, {columns}) SELECT {view}, {columns} "  # noqa: S608
                    f"FROM {registry} WHERE table_name = '{table}'"
                )
    return packed(folder, "gpkg", crs)


def shapefiles(folder: Path, crs: str) -> Path:
    """VG250_GEM.shp ..., with tables of terms beside them."""
    data = folder / "data"
    data.mkdir()
    for name, frame in frames(SYSTEMS[crs]).items():
        frame.to_file(data / f"VG250_{name}.shp", encoding="utf-8")
    (data / "VGTB_VZ_GEM.dbf").write_bytes((data / "VG250_GEM.dbf").read_bytes())
    return packed(folder, "shape", crs)


def check(path: Path, crs: str) -> None:
    examined = examine_boundaries(str(path), vintage=DAY)
    levels = {areas.level: areas for areas in examined.sets}
    assert set(levels) == {"gemeinde", "verband", "kreis", "regierungsbezirk", "land"}
    assert examined.from_bkg
    assert {areas.crs for areas in examined.sets} == {SYSTEMS[crs]}
    described = {
        area.key: (area.name, area.kind, area.parent, area.populated, area.population, area.official_km2)
        for area in levels["gemeinde"].areas
    }
    assert described == {
        "06633018": ("Naumburg", "Stadt", "06633", True, 5026, 66.32),
        "06633019": ("Nieste", "Gemeinde", "06633", True, 1965, 28.9),
        "06633200": ("Gutsbezirk Reinhardswald", "Gemeindefreies Gebiet", "06633", False, 0, 183.0),
    }
    assert levels["gemeinde"].by_key["06633018"].area_km2 == pytest.approx(64, rel=0.001)
    assert (levels["kreis"].keys, levels["verband"].keys) == (("06633",), ("066330018",))
    assert levels["kreis"].areas[0].population == 6991
    municipal = next(report for report in examined.reports if report.level == "gemeinde")
    found = {(finding.kind, finding.key) for finding in municipal.findings}
    assert (FindingKind.WATER_PART, "06633019") in found
    # Squares are compared with the official areas of the file itself.
    assert {key for kind, key in found if kind is FindingKind.AREA_DIFFERS} == {"06633018", "06633019"}
    assert municipal.compared == 3


@pytest.mark.parametrize("crs", SYSTEMS)
@pytest.mark.parametrize("case", [str.upper, str.lower], ids=["upper", "lower"])
def test_a_geopackage_with_views_is_read_from_its_tables(tmp_path: Path, crs: str, case: Callable[[str], str]) -> None:
    check(geopackage(tmp_path, crs, case), crs)


def test_older_geopackages_have_no_views(tmp_path: Path) -> None:
    check(geopackage(tmp_path, "utm32s", str.upper, views=False), "utm32s")


@pytest.mark.parametrize("crs", SYSTEMS)
def test_an_archive_of_shapefiles(tmp_path: Path, crs: str) -> None:
    check(shapefiles(tmp_path, crs), crs)


def test_a_view_can_be_chosen_and_its_long_names_are_understood(tmp_path: Path) -> None:
    path = geopackage(tmp_path, "utm32s", str.upper)
    (areas,) = read_boundaries(str(path), vintage=DAY, layer="v_vg250_gem")
    assert [(area.key, area.name, area.kind, area.population, area.official_km2) for area in areas.areas] == [
        ("06633018", "Naumburg", "Stadt", 5026, 66.32),
        ("06633019", "Nieste", "Gemeinde", 1965, 28.9),
        ("06633200", "Gutsbezirk Reinhardswald", "Gemeindefreies Gebiet", 0, 183.0),
    ]
    assert examine_boundaries(str(path), vintage=DAY, layer="v_vg250_krs").from_bkg
    with pytest.raises(UnknownLayer, match="v_vg250_gem"):
        read_boundaries(str(path), vintage=DAY, layer="v_vg250_kreise")
