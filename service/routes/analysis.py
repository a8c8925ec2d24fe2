"""Analyses over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from service.analysis import METHODS, answer, method_of
from service.parameters import CurrentSettings, Release, only_known_parameters
from service.questions import DEFAULT_PERMUTATIONS, DEFAULT_SEED, checked_question
from service.replies import json_reply

router = APIRouter(prefix="/api/analysis", tags=["analysis"], dependencies=[Depends(only_known_parameters)])


@router.get("", summary="Statistics that can be asked for")
def methods(request: Request) -> Response:
    """List the statistics."""
    found = [{"id": name, "style": method.style} for name, method in METHODS.items()]
    return json_reply(request, {"statistics": found})


@router.get("/{statistic}", summary="Spatial autocorrelation of an indicator")
def analyse(
    request: Request,
    statistic: str,
    release: Release,
    settings: CurrentSettings,
    indicator: Annotated[str, Query(description="Id of the indicator")],
    period: Annotated[str | None, Query(description="Default: the newest")] = None,
    level: Annotated[str | None, Query(description="Default: the smallest")] = None,
    within: Annotated[str | None, Query(description="Only areas in the area of this key")] = None,
    vintage: Annotated[str | None, Query(description="Boundaries of this day, YYYY-MM-DD")] = None,
    weights: Annotated[
        str, Query(description="queen, rook, queen:2, knn:4, kernel:gaussian:8, distance:15000 (metres)")
    ] = "queen",
    style: Annotated[str | None, Query(description="R row-standardised or B binary")] = None,
    isolates: Annotated[str, Query(description="bridge over unpopulated areas, knn1 nearest area, or drop")] = "bridge",
    ring: Annotated[bool, Query(description="Add the areas that touch the selection")] = False,
    permutations: Annotated[int, Query(description="Random permutations")] = DEFAULT_PERMUTATIONS,
    seed: Annotated[int, Query(description="Seed of the permutations")] = DEFAULT_SEED,
) -> Response:
    """Compute a statistic from public figures."""
    method_of(statistic)
    question = checked_question(
        release,
        settings,
        indicator=indicator,
        period=period,
        level=level,
        within=within,
        vintage=vintage,
        weights=weights,
        style=style,
        isolates=isolates,
        ring=ring,
        permutations=permutations,
        seed=seed,
    )
    return json_reply(request, answer(release, statistic, question))
