"""Figures as the viewer and scripts get them: values of a map, and series of areas."""

from __future__ import annotations

from typing import Any

from service.reader import AreaInfo, AreaTable, ReleaseReader
from spatial.indicators.periods import period_end
from styles import NothingToClassify, classify, scale_symbols

_REFERENCE_LEVELS = ("kreis", "land")


def describe_indicator(definition: dict[str, Any], *, full: bool) -> dict[str, Any]:
    """Form of an indicator in answers; ``full`` adds what the catalogue page shows."""
    document = {
        "id": definition["id"],
        "title": _texts(definition, "title"),
        "theme": definition["theme"],
        "tags": definition["tags"],
        "kind": definition["kind"],
        "unit": definition["unit"],
        "unit_text": _unit(definition),
        "polarity": definition["polarity"],
        "decimals": definition["decimals"],
        "synthetic": definition["synthetic"],
        "period_type": definition["period_type"],
        "reference_day": definition["reference_day"],
        "periods": definition["periods"],
        "levels": definition["levels"],
    }
    if full:
        document |= {name: _texts(definition, name) for name in ("definition", "note", "territory")}
        document |= {
            name: definition[name]
            for name in (
                "source", "table", "retrieved", "licence", "attribution", "numerator", "denominator",
                "factor", "weight", "denominator_at", "harmonise", "disclosure", "min_denominator",
            )
        }  # fmt: skip
    return document


def values_document(
    release: ReleaseReader, *, indicator: str, level: str, period: str, within: str | None, vintage: str
) -> dict[str, Any]:
    """Values of one indicator and period for the areas of a level.

    Parameters
    ----------
    release : ReleaseReader
    indicator, level, period, vintage : str
        All known to the release.
    within : str or None
        Only the areas that lie in this one.

    Returns
    -------
    dict
        Arrays of one length and order, the reference values of the districts and Laender they lie in, and the
        classification of the map. Class breaks are made over all periods of the selection, so that a colour means
        the same in every year.
    """
    definition = release.indicator(indicator)
    cube = release.cube(indicator, vintage, level)
    table = release.areas(vintage, level)
    rows = table.rows_within(within)
    figure = cube["periods"][period]
    values = [figure["values"][row] for row in rows]
    status = [cube["statuses"][figure["status"][row]] for row in rows]
    document: dict[str, Any] = {
        "indicator": indicator,
        "title": _texts(definition, "title"),
        "unit": definition["unit"],
        "unit_text": _unit(definition),
        "synthetic": definition["synthetic"],
        "level": level,
        "period": period,
        "within": within,
        "vintage": vintage,
        "keys": [cube["keys"][row] for row in rows],
        "names": [table.areas[row].name for row in rows],
        "values": values,
        "status": status,
        "flags": [figure["flags"].get(str(row), []) for row in rows],
    }
    for parts in ("numerators", "denominators"):
        if parts in figure:
            document[parts] = [figure[parts][row] for row in rows]
    document["reference"] = {
        upper: _references(release, definition, upper, vintage, period, [table.areas[row] for row in rows])
        for upper in _REFERENCE_LEVELS
    }
    document["classification"] = _classification(
        definition, values, status, [each["values"][row] for each in cube["periods"].values() for row in rows]
    )
    document["release"] = release.number
    return document


def series_document(release: ReleaseReader, *, indicator: str, areas: list[AreaInfo], vintage: str) -> dict[str, Any]:
    """Time series of some areas, on one vintage of boundaries."""
    definition = release.indicator(indicator)
    return {
        "indicator": indicator,
        "title": _texts(definition, "title"),
        "unit": definition["unit"],
        "unit_text": _unit(definition),
        "synthetic": definition["synthetic"],
        "vintage": vintage,
        "periods": definition["periods"],
        "series": [_series(release, definition, area, vintage) for area in areas],
        "release": release.number,
    }


def _classification(
    definition: dict[str, Any], values: list[float | None], status: list[str], every_period: list[float | None]
) -> dict[str, Any] | None:
    """Classes of a map, or symbols for counts; None where no period has a value."""
    draw = scale_symbols if definition["kind"] == "count" else classify
    try:
        classification = draw(
            values,
            breaks_over=every_period,
            statuses=status,
            polarity=definition["polarity"],
            decimals=definition["decimals"],
        )
    except NothingToClassify:
        return None
    return classification.to_dict()


def _series(release: ReleaseReader, definition: dict[str, Any], area: AreaInfo, vintage: str) -> dict[str, Any]:
    cube = release.cube(definition["id"], vintage, area.level)
    row = cube["keys"].index(area.key)
    figures = [cube["periods"][period] for period in definition["periods"]]
    combined = [
        period for period, figure in zip(definition["periods"], figures, strict=True) if row in figure["combined"]
    ]
    return {
        "key": area.key,
        "name": area.name,
        "level": area.level,
        "values": [figure["values"][row] for figure in figures],
        "status": [cube["statuses"][figure["status"][row]] for figure in figures],
        "flags": [figure["flags"].get(str(row), []) for figure in figures],
        "origin": [_origin(figure, row) for figure in figures],
        "notes": [note for event in area.formed for note in _merger_notes(definition, event, combined)],
    }


def _merger_notes(definition: dict[str, Any], event: dict[str, Any], combined: list[str]) -> list[dict[str, str]]:
    """Say until when a figure is put together from the areas that merged."""
    before = [period for period in combined if period_end(period).isoformat() < event["date"]]
    if not before:
        return []
    names = [part["name"] for part in event["parts"]]
    german = f"{', '.join(names[:-1])} und {names[-1]}"
    english = f"{', '.join(names[:-1])} and {names[-1]}"
    counted = definition["harmonise"] == "sum"
    return [
        {
            "period": before[-1],
            "date": event["date"],
            "de": f"bis {before[-1]}: {'Summe aus' if counted else 'berechnet aus'} {german}",
            "en": f"to {before[-1]}: {'sum of' if counted else 'computed from'} {english}",
        }
    ]


def _references(
    release: ReleaseReader,
    definition: dict[str, Any],
    upper: str,
    vintage: str,
    period: str,
    areas: list[AreaInfo],
) -> dict[str, Any]:
    if upper not in definition["levels"]:
        return {}
    cube = release.cube(definition["id"], vintage, upper)
    table: AreaTable = release.areas(vintage, upper)
    figure = cube["periods"][period]
    wanted = sorted({area.ancestors[upper] for area in areas if upper in area.ancestors})
    references = {}
    for key in wanted:
        row = table.row_of[key]
        references[key] = {
            "name": table.areas[row].name,
            "kind": table.areas[row].kind,
            "value": figure["values"][row],
            "status": cube["statuses"][figure["status"][row]],
            "flags": figure["flags"].get(str(row), []),
            "origin": _origin(figure, row),
            **{part: figure[f"{part}s"][row] for part in ("numerator", "denominator") if f"{part}s" in figure},
        }
    return references


def _origin(figure: dict[str, Any], row: int) -> str:
    """Whether the source gave the figure for the area itself, or it was put together from several."""
    return "official" if row in figure["official"] and row not in figure["combined"] else "aggregated"


def _unit(definition: dict[str, Any]) -> dict[str, str]:
    return {"de": definition["unit"], "en": definition["unit_en"] or definition["unit"]}


def _texts(definition: dict[str, Any], name: str) -> dict[str, str]:
    german, english = definition[f"{name}_de"], definition[f"{name}_en"]
    if name == "title" and not (german or english):
        german = definition["id"]
    return {"de": german or english, "en": english or german}
