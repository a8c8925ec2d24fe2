"""Figures as the viewer and scripts get them: values of a map, and series of areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, get_args

from service.notes import notes_of
from service.reader import AreaInfo, AreaTable, ReleaseReader
from styles import NothingToClassify, classify, scale_symbols

ClassScope = Literal["all", "period"]
CLASS_SCOPES: tuple[str, ...] = get_args(ClassScope)
"""What the class breaks of a map are made over: all periods, or the one that is shown."""

_REFERENCE_LEVELS = ("kreis", "regierungsbezirk", "land")
_DETAILED = ("definition", "note", "territory")
_SCOPE_WORDS: dict[ClassScope, str] = {"all": "all periods", "period": "this period"}


def describe_indicator(definition: dict[str, Any], *, full: bool) -> dict[str, Any]:
    """Form of an indicator in answers; ``full`` adds what the catalogue page shows."""
    document = {
        "id": definition["id"],
        "title": _texts(definition, "title"),
        "untranslated": _untranslated(definition, ("title", *_DETAILED) if full else ("title",)),
        "theme": definition["theme"],
        "tags": definition["tags"],
        "kind": definition["kind"],
        "unit": definition["unit"],
        "unit_text": _unit(definition),
        "polarity": definition["polarity"],
        "decimals": definition["decimals"],
        "synthetic": definition["synthetic"],
        "period_type": definition["period_type"],
        "reference_day": None if definition.get("other_reference_days") else definition["reference_day"],
        "periods": definition["periods"],
        "levels": definition["levels"],
        "periods_by_level": periods_by_level(definition),
        # Releases made before figures were put together for groups have none.
        "levels_from_members": definition.get("levels_from_members", {}),
    }
    if full:
        document |= {name: _texts(definition, name) for name in _DETAILED}
        document |= {
            name: definition[name]
            for name in (
                "source", "table", "retrieved", "licence", "attribution", "numerator", "denominator",
                "factor", "weight", "denominator_at", "harmonise", "disclosure", "min_denominator",
            )
        }  # fmt: skip
        # Releases made before there were formulas do not have these.
        document |= {
            name: definition.get(name)
            for name in (
                "formula", "terms", "of", "span", "span_unit",
                "base", "valid_range", "numerator_at", "same_as", "breaks",
            )
        }  # fmt: skip
    return document


def periods_by_level(definition: dict[str, Any]) -> dict[str, list[str]]:
    """Periods in which any area of a level has a value, on the newest boundaries.

    Releases made before this was written down are taken to have values in every period.
    """
    known: dict[str, list[str]] = definition.get("periods_by_level") or {}
    return {level: known.get(level, definition["periods"] if not known else []) for level in definition["levels"]}


def values_document(
    release: ReleaseReader,
    *,
    indicator: str,
    level: str,
    period: str,
    within: str | None,
    vintage: str,
    classes: ClassScope = "all",
) -> dict[str, Any]:
    """Values of one indicator and period for the areas of a level.

    Parameters
    ----------
    release : ReleaseReader
    indicator, level, period, vintage : str
        All known to the release.
    within : str or None
        Only the areas that lie in this one.
    classes : {"all", "period"}
        Whether class breaks are made over all periods of the selection, so that a colour means the same in every
        year, or over the period alone, so that areas differ although the years differ more.

    Returns
    -------
    dict
        Arrays of one length and order, the reference values of the districts, regions and Laender they lie in and
        of the area asked for, and the classification of the map.
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
    areas = [table.areas[row] for row in rows]
    document["reference"] = {
        upper: _references(release, definition, upper, vintage, period, _ancestors(areas, upper))
        for upper in _REFERENCE_LEVELS
    } | {"within": _reference_of(release, definition, vintage, period, within)}
    figures = cube["periods"].values() if classes == "all" else [figure]
    document["classification"] = _classification(
        definition, values, status, [each["values"][row] for each in figures for row in rows], _SCOPE_WORDS[classes]
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
        # Releases made before bases were written down have none.
        "new_bases": definition.get("new_bases", []),
        "series": [_series(release, definition, area, vintage) for area in areas],
        "release": release.number,
    }


def _classification(
    definition: dict[str, Any],
    values: list[float | None],
    status: list[str],
    breaks_over: list[float | None],
    scope: str,
) -> dict[str, Any] | None:
    """Classes of a map, or symbols for counts; None where no period has a value."""
    draw = scale_symbols if definition["kind"] == "count" else classify
    try:
        classification = draw(
            values,
            breaks_over=breaks_over,
            scope=scope,
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
    return {
        "key": area.key,
        "name": area.name,
        "level": area.level,
        "values": [figure["values"][row] for figure in figures],
        "status": [cube["statuses"][figure["status"][row]] for figure in figures],
        "flags": [figure["flags"].get(str(row), []) for figure in figures],
        "origin": [_origin(figure, row) for figure in figures],
        "notes": notes_of(definition, area, definition["periods"], figures, row, statuses=cube["statuses"]),
    }


def _references(
    release: ReleaseReader,
    definition: dict[str, Any],
    upper: str,
    vintage: str,
    period: str,
    keys: list[str],
) -> dict[str, Any]:
    """Figures of some areas of an upper level, by key; empty where the indicator has none for the level."""
    if upper not in definition["levels"] or not keys:
        return {}
    cube = release.cube(definition["id"], vintage, upper)
    table: AreaTable = release.areas(vintage, upper)
    figure = cube["periods"][period]
    references = {}
    for key in keys:
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


def _reference_of(
    release: ReleaseReader, definition: dict[str, Any], vintage: str, period: str, within: str | None
) -> dict[str, Any]:
    """Figure of the area asked for, whatever its level is."""
    if within is None:
        return {}
    there = [level for level in release.levels_of(vintage) if level in definition["levels"]]
    found = next((level for level in there if within in release.areas(vintage, level).row_of), None)
    return {} if found is None else _references(release, definition, found, vintage, period, [within])


def _ancestors(areas: list[AreaInfo], upper: str) -> list[str]:
    """Keys of the areas of an upper level that some areas lie in."""
    return sorted({area.ancestors[upper] for area in areas if upper in area.ancestors})


def _origin(figure: dict[str, Any], row: int) -> str:
    """Whether the source gave the figure for the area itself, or it was put together from several."""
    return "official" if row in figure["official"] and row not in figure["combined"] else "aggregated"


def _unit(definition: dict[str, Any]) -> dict[str, str]:
    return {"de": definition["unit"], "en": definition["unit_en"] or definition["unit"]}


def _untranslated(definition: dict[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Texts that stand in one language only, which is given in place of the other, and the language."""
    written = {name: [each for each in ("de", "en") if definition[f"{name}_{each}"]] for name in names}
    return {name: languages[0] for name, languages in written.items() if len(languages) == 1}


def _texts(definition: dict[str, Any], name: str) -> dict[str, str]:
    german, english = definition[f"{name}_de"], definition[f"{name}_en"]
    if name == "title" and not (german or english):
        german = definition["id"]
    return {"de": german or english, "en": english or german}
