"""Compile the bundled figures from the source files: ``python -m spatial.indicators.demo.compile FOLDER``.

FOLDER holds the downloaded files of the statistical offices; ``docs/data.md`` names them. The same files give the
same bytes.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from spatial.indicators.cells import Cell
from spatial.indicators.demo import FIGURES, synthetic
from spatial.indicators.demo.sources import (
    Row,
    community_register_fixed,
    community_register_json,
    community_register_xlsx,
    genesis,
    inkar,
    zipped_text,
)
from spatial.indicators.observations import Status

_MUNICIPAL = "regionalstatistik/regionalstatistik_gemeinden_export2017.zip"
_DISTRICT = "regionalstatistik/regionalstatistik_kreise_export2017.zip"
_HEADER = ("indicator", "key", "period", "value", "status")

_UNINHABITED = ("06431200", "06435200", "06633200", "06636200")

# Municipalities of 2015 and 2018 under the keys of 2022.
_MERGED = {
    "06437002": "06437016",
    "06437008": "06437016",
    "06437014": "06437016",
    "06437015": "06437016",
    "06633021": "06633030",
    "06633027": "06633030",
    "06635005": "06635001",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a figure file."""

    indicator: str
    key: str
    period: str
    cell: Cell


Formula = Callable[[Row], Cell]


def column(heading: str, *, scale: float = 1.0) -> Formula:
    """Value of one column, scaled to the catalogue's unit."""

    def formula(row: Row) -> Cell:
        cell = row.cells[heading]
        return cell if cell.value is None or scale == 1 else Cell(round(cell.value * scale, 6), cell.status)

    return formula


def total(*headings: str, minus: tuple[str, ...] = ()) -> Formula:
    """Sum of columns less others; a part without a value makes the whole so, with the part's status."""

    def formula(row: Row) -> Cell:
        parts = [(row.cells[h], 1.0) for h in headings] + [(row.cells[h], -1.0) for h in minus]
        missing = [part for part, _ in parts if part.value is None]
        if missing:
            return missing[0]
        if all(part.status is Status.ZERO_EXACT for part, _ in parts):
            return parts[0][0]
        value = sum(sign * float(part.value or 0) for part, sign in parts)
        return Cell(value, Status.ZERO if value == 0 else Status.OK)

    return formula


def not_of_nobody(formula: Formula, base: str | None = None) -> Formula:
    """A mean or rate of no one is not applicable, where the source prints a dash or a rate of zero persons."""

    def checked(row: Row) -> Cell:
        cell = formula(row)
        nobody = base is not None and row.cells[base].value == 0
        return Cell(None, Status.NOT_APPLICABLE) if nobody or cell.status is Status.ZERO_EXACT else cell

    return checked


def figures(rows: Iterable[Row], formulas: Mapping[str, Formula], *, year: str = "") -> Iterator[Figure]:
    """Figures of the indicators that a table gives."""
    for row in rows:
        for indicator, formula in formulas.items():
            yield Figure(indicator, row.key, year or row.year, formula(row))


def by_day(rows: Iterable[Row], indicator: str, template: str, years: Iterable[int]) -> Iterator[Figure]:
    """Figures of a table that has a column per reference day."""
    for row in rows:
        for year in years:
            yield Figure(indicator, row.key, str(year), row.cells[template.format(year=year)])


# --- the tables


def population(folder: Path) -> Iterator[Figure]:
    """12411-01-01-5, population on 31 December 2008 to 2015."""
    text = zipped_text(folder / _MUNICIPAL, "12411-01-01-5_00.csv")
    rows = genesis(text, "12411-01-01-5", leading=2)
    return by_day(rows, "pop_total", "31.12.{year} | Insgesamt", range(2008, 2016))


def population_districts(folder: Path) -> Iterator[Figure]:
    """12411-01-01-4, population of the Land, its regions and districts on 31 December 2018."""
    text = (folder / "regionalstatistik/12411-01-01-4_2018_latin1.csv").read_text("iso-8859-1")
    rows = genesis(text, "12411-01-01-4", leading=2)
    return by_day(rows, "pop_total", "Stichtag | 31.12.{year} | Insgesamt", (2018,))


def ages(folder: Path) -> Iterator[Figure]:
    """12411-02-03-5, population by age on 31 December 2015."""
    prefix = "Insgesamt | Altersgruppen (unter 3 bis 75 u.m.) | "

    def group(*names: str) -> Formula:
        return total(*(prefix + name for name in names))

    under_18 = ("unter 3 Jahre", *(_ages(3, 6, 10, 15, 18)))
    formulas = {
        "u3_pop": group("unter 3 Jahre"),
        "pop_u18": group(*under_18),
        "pop_u20": group(*under_18, *_ages(18, 20)),
        "pop_15_24": group(*_ages(15, 18, 20, 25)),
        "pop_15_64": group(*_ages(15, 18, 20, *range(25, 66, 5))),
        "pop_20_64": group(*_ages(*range(20, 66, 5))),
        "pop_family": group(*under_18, *_ages(*range(30, 51, 5))),
        "pop_65plus": group(*_ages(65, 75), "75 Jahre und mehr"),
        "pop_75plus": group("75 Jahre und mehr"),
    }
    text = zipped_text(folder / _MUNICIPAL, "12411-02-03-5_00.csv")
    return figures(genesis(text, "12411-02-03-5", leading=2), formulas, year="2015")


def _ages(*bounds: int) -> tuple[str, ...]:
    """Names of adjoining age groups."""
    return tuple(f"{low} bis unter {high} Jahre" for low, high in pairwise(bounds))


def mean_age(folder: Path) -> Iterator[Figure]:
    """12411-07-01-5, mean age on 31 December 2015."""
    text = zipped_text(folder / _MUNICIPAL, "12411-07-01-5_00.csv")
    mean = not_of_nobody(column("Durchschnittsalter der Bevölkerung | Jahre"))
    return figures(genesis(text, "12411-07-01-5", leading=3), {"age_mean": mean})


def moves(folder: Path) -> Iterator[Figure]:
    """12711-01-03-5, moves over municipal boundaries in 2015."""
    ages_ = "Altersgruppe (unter 18 bis 65 u.m.)"

    def heading(direction: str, age: str) -> str:
        parts = (f"{direction} über die Gemeindegrenzen", "Geschlecht", "Insgesamt", ages_, age, "Anzahl")
        return " | ".join(dict.fromkeys(parts))

    family = ("unter 18 Jahre", "30 bis unter 50 Jahre")
    formulas = {
        "net_migration": total(heading("Zuzüge", "Insgesamt"), minus=(heading("Fortzüge", "Insgesamt"),)),
        "net_migration_family": total(
            *(heading("Zuzüge", age) for age in family), minus=tuple(heading("Fortzüge", age) for age in family)
        ),
    }
    text = zipped_text(folder / _MUNICIPAL, "12711-01-03-5_00.csv")
    return figures(genesis(text, "12711-01-03-5", leading=2), formulas, year="2015")


def census(folder: Path) -> Iterator[Figure]:
    """12111-01-01-5, census of 9 May 2011 by nationality."""
    formulas = {
        "census_pop": column("Bevölkerung | Insgesamt | Anzahl"),
        "census_foreign": column("Bevölkerung | Ausländer(innen) | Insgesamt | Anzahl"),
    }
    text = zipped_text(folder / _MUNICIPAL, "12111-01-01-5_00.csv")
    return figures(genesis(text, "12111-01-01-5", leading=2), formulas, year="2011")


def employees(folder: Path) -> Iterator[Figure]:
    """13111-08-02-5, employees and commuters on 30 June 2015."""
    formulas = {
        "employed_workplace": column("Sozialversicherungspfl. Beschäftigte (Arbeitsort) | Anzahl"),
        "employed_residence": column("Sozialversicherungspfl. Beschäftigte (Wohnort) | Anzahl"),
        "commuters_out": column("Auspendler(innen) über Gemeindegrenzen (Wohnort) | Anzahl"),
    }
    text = zipped_text(folder / _MUNICIPAL, "13111-08-02-5_00.csv")
    return figures(genesis(text, "13111-08-02-5", leading=2), formulas, year="2015")


def unemployment(folder: Path) -> Iterator[Figure]:
    """13211-01-03-5, unemployed on the average of 2016."""
    formulas = {"unemployed": column("Arbeitslose insgesamt | Anzahl")}
    for indicator, group in (
        ("unemployed_disabled", "schwerbehindert"),
        ("unemployed_15_24", "15 bis unter 25 Jahre"),
        ("unemployed_55_64", "55 bis unter 65 Jahre"),
        ("unemployed_longterm", "langzeitarbeitslos"),
    ):
        formulas[indicator] = column(f"Arbeitslose | und zwar | {group} | Anzahl")
    text = zipped_text(folder / _MUNICIPAL, "13211-01-03-5_00.csv")
    return figures(genesis(text, "13211-01-03-5", leading=2), formulas, year="2016")


def election(folder: Path) -> Iterator[Figure]:
    """14111-01-02-5, elections to the Bundestag of 2009 and 2013."""
    formulas = {
        "eligible_voters": column("Wahlberechtigte | Anzahl"),
        "turnout": not_of_nobody(column("Wahlbeteiligung | Prozent"), "Wahlberechtigte | Anzahl"),
    }
    text = zipped_text(folder / _MUNICIPAL, "14111-01-02-5_00.csv")
    return figures(genesis(text, "14111-01-02-5", leading=3), formulas)


def dwellings(folder: Path) -> Iterator[Figure]:
    """31231-01-02-5, dwellings and living space on 31 December 2008 to 2010."""
    formulas = {
        "dwellings": column("Wohnungen in Wohn- und Nichtwohngebäuden | Größe der Wohnung | Insgesamt | Anzahl"),
        "living_space": column("Wohnfläche in Wohngebäuden | 1000 qm", scale=1000),
    }
    text = zipped_text(folder / _MUNICIPAL, "31231-01-02-5_00.csv")
    return figures(genesis(text, "31231-01-02-5", leading=3), formulas)


def land_use(folder: Path) -> Iterator[Figure]:
    """33111-01-01-5, land use on 31 December 2015, from hectares to km²."""
    formulas = {
        "area_total": column("Bodenfläche | ha", scale=0.01),
        "area_settlement": column("Bodenfläche | Siedlungs- und Verkehrsfläche | ha", scale=0.01),
    }
    text = zipped_text(folder / _MUNICIPAL, "33111-01-01-5_00.csv")
    rows = list(genesis(text, "33111-01-01-5", leading=2))
    yield from figures(rows, formulas, year="2015")
    inhabited = (row for row in rows if len(row.key) == 8 and row.key not in _UNINHABITED)
    yield from figures(inhabited, {"area_inhabited": formulas["area_total"]}, year="2015")


def income(folder: Path) -> Iterator[Figure]:
    """73111-01-01-5, income tax of 2007 and 2010."""
    formulas = {
        "taxpayers": column("Lohn- und Einkommensteuerpflichtige | Anzahl"),
        "income_total": column("Gesamtbetrag der Einkünfte | Tsd. EUR"),
    }
    text = zipped_text(folder / _MUNICIPAL, "73111-01-01-5_00.csv")
    return figures(genesis(text, "73111-01-01-5", leading=3), formulas)


def asylum(folder: Path) -> Iterator[Figure]:
    """22221-01-01-4, recipients of benefits for asylum seekers, districts, 31 December 2008 to 2015."""
    text = zipped_text(folder / _DISTRICT, "22221-01-01-4_00.csv")
    formulas = {"asylum_recipients": column("Regelleistungsempfänger | Anzahl")}
    return _between(2008, 2015, figures(genesis(text, "22221-01-01-4", leading=3), formulas))


def minimum_income(folder: Path) -> Iterator[Figure]:
    """22811-01-01-4, recipients of minimum income benefits, districts, 31 December."""
    text = zipped_text(folder / _DISTRICT, "22811-01-01-4_00.csv")
    heading = "Empfänger von sozialen Mindestsicherungsleistungen | Anzahl"
    rows = genesis(text, "22811-01-01-4", leading=3)
    return _between(2008, 2015, figures(rows, {"minsich_recipients": column(heading)}))


def care_homes(folder: Path) -> Iterator[Figure]:
    """22411-01-01-4, places in nursing homes, districts, December of odd years."""
    text = zipped_text(folder / _DISTRICT, "22411-01-01-4_00.csv")
    heading = "Typ der Pflegeeinrichtung | stationär | Verfügbare Plätze in Pflegeheimen | Anzahl"
    rows = genesis(text, "22411-01-01-4", leading=3)
    return _between(2008, 2015, figures(rows, {"care_home_places": column(heading)}))


def childcare(folder: Path) -> Iterator[Figure]:
    """22543-01-02-4, children below 3 in day care, districts, 1 March 2016."""
    text = zipped_text(folder / _DISTRICT, "22543-01-02-4_00.csv")
    formulas = {"childcare_u3": column("Betreute Kinder | Altersgruppe | unter 3 Jahre | Anzahl")}
    rows = genesis(text, "22543-01-02-4", leading=4)
    both = (row for row in rows if row.label.startswith("Insgesamt"))
    return _between(2016, 2016, figures(both, formulas))


def _between(first: int, last: int, found: Iterable[Figure]) -> Iterator[Figure]:
    """Figures of some years."""
    return (figure for figure in found if first <= int(figure.period) <= last)


def _register(rows: Iterable[Row]) -> Iterator[Figure]:
    """Population of all areas, and land of the inhabited ones."""
    for row in rows:
        yield Figure("pop_total", row.key, row.year, row.cells["population"])
        if row.key not in _UNINHABITED:
            yield Figure("area_inhabited", row.key, row.year, row.cells["area"])


def register_2018(folder: Path) -> Iterator[Figure]:
    """Gemeindeverzeichnis, 31 December 2018."""
    path = folder / "indikatoren/opendatalab_gemeinden_destatis_2018.json.gz"
    return _register(community_register_json(path, "2018"))


def register_2019(folder: Path) -> Iterator[Figure]:
    """Gemeindeverzeichnis, 31 December 2019."""
    path = folder / "gemeindeverzeichnis/31122019_Auszug_GV.xlsx"
    return _register(community_register_xlsx(path, "31.12.2019"))


def register_2021(folder: Path) -> Iterator[Figure]:
    """Gemeindeverzeichnis, 31 December 2021."""
    path = folder / "gemeindeverzeichnis/31122021_Auszug_GV.xlsx"
    return _register(community_register_xlsx(path, "31.12.2021"))


def register_2022(folder: Path) -> Iterator[Figure]:
    """GV100AD of 30 November 2023: population on 31 December 2022 within the boundaries of 2023."""
    path = folder / "gemeindeverzeichnis/GV100AD_301123.txt.gz"
    return _register(community_register_fixed(path, "2022"))


def inkar_benefits(folder: Path) -> Iterator[Figure]:
    """INKAR, basic income support within the boundaries of 31 December 2022."""
    return _inkar(folder, "sozialleistungen", {"sgb2_persons": "q_PBG_bev", "child_pov": "q_newfBGu15_bev"})


def inkar_doctors(folder: Path) -> Iterator[Figure]:
    """INKAR, physicians within the boundaries of 31 December 2022."""
    columns = {"doctors": "q_ärzte_bev", "general_practitioners": "q_hausarzt_bev"}
    return _inkar(folder, "medizinische_und_soziale_versorgung", columns)


def _inkar(folder: Path, table: str, columns: Mapping[str, str]) -> Iterator[Figure]:
    """Figures of an INKAR table; cells without a value are left out, since the table does not say why."""
    for row in inkar(folder / f"inkar/inkar_{table}.parquet", tuple(columns.values())):
        for indicator, name in columns.items():
            if name in row.cells:
                yield Figure(indicator, row.key, row.year, row.cells[name])


def youth_welfare(folder: Path) -> Iterator[Figure]:
    """Synthetic cases of youth welfare and the inhabitants they refer to, on the municipalities of each year."""
    young = {f.key: f.cell.value or 0.0 for f in ages(folder) if f.indicator == "pop_u20" and len(f.key) == 8}
    people_2015 = _municipal(f for f in population(folder) if f.period == "2015")
    benefits = [f for f in inkar_benefits(folder) if f.indicator == "sgb2_persons" and f.period == "2021"]
    need = _municipal(benefits)
    registers = {"2018": register_2018, "2019": register_2019, "2021": register_2021, "2022": register_2021}
    people = {"2015": people_2015, **{year: _municipal(read(folder)) for year, read in registers.items()}}
    share = _share(_merged(young), _merged(people_2015))
    for year, inhabitants in people.items():
        here = {key: n * share[_MERGED.get(key, key)] for key, n in inhabitants.items() if n > 0}
        needs = {key: need[key] if key in need else need[_MERGED[key]] for key in here}
        for key, count in synthetic.cases(here, needs, year).items():
            yield Figure("hze_cases", key, year, Cell(float(count), Status.OK if count else Status.ZERO))
        for key, young_here in here.items():
            yield Figure("hze_base", key, year, Cell(float(round(young_here * synthetic.UNDER_21)), Status.OK))


def _municipal(found: Iterable[Figure]) -> dict[str, float]:
    """Known values of municipalities; of several indicators the population."""
    return {
        f.key: f.cell.value
        for f in found
        if len(f.key) == 8 and f.cell.value is not None and f.indicator != "area_inhabited"
    }


def _merged(values: Mapping[str, float]) -> dict[str, float]:
    """Sums on the municipalities of 2023."""
    sums: dict[str, float] = {}
    for key, value in values.items():
        target = _MERGED.get(key, key)
        sums[target] = sums.get(target, 0.0) + value
    return sums


def _share(part: Mapping[str, float], whole: Mapping[str, float]) -> dict[str, float]:
    """Part of the whole, where there is one."""
    return {key: part[key] / whole[key] for key in part if whole.get(key)}


TABLES: dict[str, Callable[[Path], Iterator[Figure]]] = {
    "12111-01-01-5": census,
    "12411-01-01-4": population_districts,
    "12411-01-01-5": population,
    "12411-02-03-5": ages,
    "12411-07-01-5": mean_age,
    "12711-01-03-5": moves,
    "13111-08-02-5": employees,
    "13211-01-03-5": unemployment,
    "14111-01-02-5": election,
    "22221-01-01-4": asylum,
    "22411-01-01-4": care_homes,
    "22543-01-02-4": childcare,
    "22811-01-01-4": minimum_income,
    "31231-01-02-5": dwellings,
    "33111-01-01-5": land_use,
    "73111-01-01-5": income,
    "gemeindeverzeichnis-2018": register_2018,
    "gemeindeverzeichnis-2019": register_2019,
    "gemeindeverzeichnis-2021": register_2021,
    "gemeindeverzeichnis-2022": register_2022,
    "inkar-aerzte": inkar_doctors,
    "inkar-sozialleistungen": inkar_benefits,
    "synthetisch-hze": youth_welfare,
}
"""Figure files by stem, and what fills them."""


def render(found: Iterable[Figure]) -> str:
    """Text of a figure file, sorted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for figure in sorted(found, key=lambda f: (f.indicator, f.period, f.key)):
        cell = figure.cell
        value = "" if cell.value is None else f"{cell.value:.15g}"
        status = "" if cell.status in (Status.OK, Status.ZERO) else cell.status.value
        writer.writerow((figure.indicator, figure.key, figure.period, value, status))
    return text.getvalue()


def main(arguments: list[str]) -> int:
    """Write all figure files; returns the exit status."""
    if len(arguments) != 1:
        print("usage: python -m spatial.indicators.demo.compile FOLDER", file=sys.stderr)  # noqa: T201
        return 64
    folder = Path(arguments[0])
    FIGURES.mkdir(exist_ok=True)
    for stem, read in TABLES.items():
        text = render(read(folder))
        (FIGURES / f"{stem}.csv").write_text(text, encoding="utf-8", newline="")
        print(f"{stem}: {text.count(chr(10)) - 1} figures", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
