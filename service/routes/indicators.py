"""Indicators: the catalogue, values of a map, series of areas."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from boundaries import Sentence
from service import answers
from service.answers import ok
from service.errors import InvalidParameter
from service.parameters import Release, Vintage, choice, only_known_parameters
from service.periods import period_of
from service.replies import json_reply
from service.selection import known_area, level_of
from service.values import CLASS_SCOPES, describe_indicator, series_document, values_document

router = APIRouter(prefix="/api/indicators", tags=["indicators"], dependencies=[Depends(only_known_parameters)])

_MOST_AREAS = 200


@router.get("", summary="Catalogue of the indicators that have figures", responses=ok(answers.Catalogue))
def catalogue(request: Request, release: Release) -> Response:
    """List the indicators by theme."""
    return json_reply(
        request,
        {
            "indicators": [describe_indicator(definition, full=False) for definition in release.indicators.values()],
            "themes": [
                {"id": theme["id"], "title": {"de": theme["title_de"], "en": theme["title_en"]}}
                for theme in release.themes
            ],
            "release": release.number,
        },
    )


@router.get(
    "/{indicator}",
    summary="One indicator: definition, source, periods, levels",
    responses=ok(answers.IndicatorDetail),
)
def describe(request: Request, indicator: str, release: Release) -> Response:
    """Describe an indicator in full."""
    return json_reply(request, describe_indicator(release.indicator(indicator), full=True))


@router.get(
    "/{indicator}/values",
    summary="Values of one period, with reference values and classes",
    responses=ok(answers.Values),
)
def values(
    request: Request,
    indicator: str,
    release: Release,
    vintage: Vintage,
    level: Annotated[str | None, Query(description="Level of the areas; default: the smallest")] = None,
    period: Annotated[str | None, Query(description="Default: the newest")] = None,
    within: Annotated[str | None, Query(description="Only areas in the area of this key")] = None,
    classes: Annotated[
        str, Query(description="Class breaks over all periods (all) or the period shown (period)")
    ] = "all",
) -> Response:
    """Give the values of the areas of one level."""
    definition = release.indicator(indicator)
    if within is not None:
        known_area(release, "within", within, vintage)
    document = values_document(
        release,
        indicator=indicator,
        level=level_of(release, definition, level, vintage),
        period=period_of("period", period, definition["periods"]),
        within=within,
        vintage=vintage,
        classes="period" if choice("classes", classes, list(CLASS_SCOPES)) == "period" else "all",
    )
    return json_reply(request, document)


@router.get("/{indicator}/series", summary="Time series of areas", responses=ok(answers.Series))
def series(
    request: Request,
    indicator: str,
    release: Release,
    vintage: Vintage,
    area: Annotated[str, Query(description="Keys of areas, separated by commas")],
    level: Annotated[str | None, Query(description="Level of the keys, where it is not clear")] = None,
) -> Response:
    """Give all periods of some areas."""
    definition = release.indicator(indicator)
    keys = list(dict.fromkeys(key.strip() for key in area.split(",") if key.strip()))
    if not keys or len(keys) > _MOST_AREAS:
        raise InvalidParameter(
            "area",
            area,
            Sentence(
                f"1 bis {_MOST_AREAS} Schlüssel, durch Kommas getrennt", f"1 to {_MOST_AREAS} keys separated by commas"
            ),
        )
    if level is not None:
        level_of(release, definition, level, vintage)
    areas = [known_area(release, "area", key, vintage, level) for key in keys]
    for each in areas:
        if each.level not in definition["levels"]:
            raise InvalidParameter(
                "area",
                each.key,
                Sentence(
                    f"ein Gebiet einer dieser Ebenen: {', '.join(definition['levels'])}; auf der Ebene {each.level} "
                    f"hat {indicator} keine Zahlen",
                    f"an area of one of the levels {', '.join(definition['levels'])}; {indicator} has no figures on "
                    f"the level {each.level}",
                ),
            )
    return json_reply(request, series_document(release, indicator=indicator, areas=areas, vintage=vintage))
