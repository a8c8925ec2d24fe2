"""Load every statistical file of a folder, and write the table of ``docs/imports.md``.

Call it as ``python -m bench.imports FOLDER``.

FOLDER holds the files that ``docs/data.md`` names. Nothing is stored: each file is read against the municipalities,
Kreise and Laender of VG5000 (31.12.2020, 1:5 000 000) in that folder, one figure of it for each area and period.
Where a table has several columns, the first one that has a value is taken; where it is broken down, the total or
else the first code.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from spatial.indicators import (
    AmbiguousRows,
    AmbiguousUnit,
    AreaIndex,
    AreaRow,
    Catalogue,
    ImportResult,
    Indicator,
    MixedPeriods,
    SeveralTables,
    TableError,
    TableMapping,
    UnknownTableForm,
    import_table,
)

PAGE = Path(__file__).parents[1] / "docs" / "imports.md"
BEGIN, END = "<!-- begin: written by bench.imports -->", "<!-- end -->"
_BOUNDARIES = "geo/bkg_vg5000_2021-01-01_gk3.zip"
LEVELS = {
    "VG5000_LAN": "land",
    "VG5000_RBZ": "regierungsbezirk",
    "VG5000_KRS": "kreis",
    "VG5000_GEM": "gemeinde",
}
PATTERNS = ("regionalstatistik/*", "genesis_flat/*", "inkar/*", "zensus/*", "indikatoren/*.zip")
_FIGURE = "figure"
CATALOGUE = Catalogue({_FIGURE: Indicator(_FIGURE, "count", "Anzahl", additive=True, harmonise="sum")})
_CHOICES = 12
# What the files do not say themselves.
_MAPPINGS = {
    "localzero_2018.zip": TableMapping(period="2018-12-31"),
    "zensus2011": TableMapping(period="2011-05-09", level="gitter"),
    "inkar_": TableMapping(vintage=date(2021, 1, 1)),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    file: str
    form: str
    chosen: str
    rows: int
    accepted: int
    other_levels: int
    rejected: int
    not_selected: int
    seconds: float
    why: str


def tables(folder: Path, patterns: Sequence[str] = PATTERNS) -> Iterator[Path]:
    """Every file that carries statistics; archives of several tables give their members."""
    for path in sorted(path for pattern in patterns for path in folder.glob(pattern)):
        if path.name in ("inkar_indikatoren.parquet", "inkar_regionen.parquet"):
            continue  # lists that explain the others, without figures
        try:
            import_table(path, catalogue=CATALOGUE, areas=AreaIndex([]), indicator=_FIGURE)
        except SeveralTables as error:
            yield from (path / str(member) for member in error.choices)
        except TableError:
            yield path


def known_areas(folder: Path) -> AreaIndex:
    """Keys and names of VG5000, and the cells of the census grid as a level of their own."""
    from pyogrio.raw import read

    rows = []
    for layer, level in LEVELS.items():
        source = f"/vsizip/{folder / _BOUNDARIES}/{layer}.shp"
        _, _, _, (keys, names) = read(source, columns=["AGS", "GEN"], read_geometry=False)
        rows += [AreaRow(level, key, name) for key, name in dict(zip(keys, names, strict=True)).items()]
    return AreaIndex([*rows, *(AreaRow("gitter", key) for key in _cells(folder))])


def _cells(folder: Path) -> Iterator[str]:
    """Keys of the grid cells of 1 km."""
    import pyarrow.parquet

    grid = next(iter(sorted((folder / "zensus").glob("zensus2011_1km_*.parquet"))), None)
    if grid is None:
        return
    table = pyarrow.parquet.read_table(grid, columns=["x", "y"])
    for x, y in zip(table["x"].to_pylist(), table["y"].to_pylist(), strict=True):
        yield f"CRS3035RES1000mN{y - 500}E{x - 500}"


def load(path: Path, areas: AreaIndex) -> Row:
    """Load one figure of a file, choosing where a choice is asked for."""
    mapping = next((m for name, m in _MAPPINGS.items() if name in str(path)), TableMapping())
    chosen: list[str] = []
    for _ in range(_CHOICES):
        started = time.process_time()
        try:
            result = import_table(path, catalogue=CATALOGUE, areas=areas, mapping=mapping, indicator=_FIGURE)
        except (UnknownTableForm, AmbiguousRows, AmbiguousUnit) as error:
            answered = _answer(mapping, error, chosen)
            if answered is None:
                return _refused(path, error, time.process_time() - started)
            mapping = answered
        except (TableError, MixedPeriods) as error:
            return _refused(path, error, time.process_time() - started)
        else:
            return _loaded(path, result, ", ".join(chosen), time.process_time() - started)
    raise RuntimeError(f"{path.name}: no end of choices")


def _answer(mapping: TableMapping, error: TableError, chosen: list[str]) -> TableMapping | None:
    """Mapping with the choice that an error asks for; None where there is none."""
    if isinstance(error, AmbiguousUnit):
        return replace(mapping, multiplier=1.0) if mapping.multiplier is None else None
    if not error.choices:
        return None
    first = next((choice for choice in error.choices if choice != ""), error.choices[0])
    if isinstance(error, AmbiguousRows) and error.column not in ("Kuerzel", "Kürzel"):
        chosen.append(f"{error.column} = {first}")
        return replace(mapping, select={**mapping.select, str(error.column): str(first)})
    if mapping.value_column is not None:
        return None
    chosen.append(str(first))
    return replace(mapping, value_column=first)


def _loaded(path: Path, result: ImportResult, chosen: str, seconds: float) -> Row:
    report = result.report
    reasons: dict[str, int] = {}
    for rejection in report.rejected:
        kind = "unknown key" if "is not known" in rejection.reason.en else rejection.reason.en
        kind = "contradicting values" if "contradicting" in kind else kind
        reasons[kind] = reasons.get(kind, 0) + 1
    why = ", ".join(f"{count} {kind}" for kind, count in sorted(reasons.items(), key=lambda item: -item[1])[:2])
    return Row(
        _name(path), report.format or "", chosen, report.rows, report.accepted, report.other_levels,
        report.rejected_total, report.not_selected, seconds, why,
    )  # fmt: skip


def _refused(path: Path, error: Exception, seconds: float) -> Row:
    return Row(_name(path), "refused", "", 0, 0, 0, 0, 0, seconds, str(error).partition(": ")[2][:120])


def _name(path: Path) -> str:
    return path.name if path.is_file() else f"{path.parent.name}/{path.name}"


def render(rows: list[Row]) -> str:
    """Table in Markdown."""
    names = ("file", "form", "column taken", "rows", "accepted", "other levels", "rejected", "not selected", "seconds")
    head = f"| {' | '.join(names)} | why rejected |"
    lines = [head, "|---|---|---|--:|--:|--:|--:|--:|--:|---|"]
    lines += [
        f"| {row.file} | {row.form} | {_cut(row.chosen)} | {row.rows} | {row.accepted} | {row.other_levels} "
        f"| {row.rejected} | {row.not_selected} | {row.seconds:.1f} | {_cut(row.why)} |"
        for row in rows
    ]
    total = sum(row.rows for row in rows), sum(row.accepted for row in rows), sum(row.seconds for row in rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines += [
        "",
        f"{len(rows)} tables, {total[0]} rows, {total[1]} accepted, {total[2]:.0f} s of CPU, {peak:.0f} MB.",
    ]
    return "\n".join(lines)


def _cut(text: str) -> str:
    return (text if len(text) <= 60 else text[:59] + "…").replace("|", "/")


def main(arguments: list[str]) -> int:
    """Load all files of a folder and replace the table in the page."""
    if len(arguments) != 1:
        print("usage: python -m bench.imports FOLDER", file=sys.stderr)  # noqa: T201
        return 64
    folder = Path(arguments[0])
    areas = known_areas(folder)
    rows = []
    for path in tables(folder):
        rows.append(load(path, areas))
        print(rows[-1], file=sys.stderr)  # noqa: T201
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{render(rows)}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
