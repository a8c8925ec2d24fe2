"""Analyses over HTTP."""

from __future__ import annotations

from inspect import Parameter as SignatureParameter
from inspect import Signature
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from service import answers
from service.analyses.checking import checked_question
from service.analyses.parameters import PARAMETERS
from service.analyses.question import key_of
from service.analyses.registry import METHODS
from service.analyses.weights_files import FORMATS, weights_file
from service.answers import ok
from service.jobs.board import Job
from service.jobs.desk import Desk
from service.parameters import CurrentSettings, Release, only_known_parameters
from service.replies import json_reply, known_reply, packed_reply, reply
from service.routes.jobs import accepted

router = APIRouter(prefix="/api/analysis", tags=["analysis"], dependencies=[Depends(only_known_parameters)])


async def asked(**given: Any) -> dict[str, Any]:
    """Parameters of a question by name; None where not given. Each statistic takes some of them."""
    return given


# FastAPI reads the query parameters of a dependency from its signature.
asked.__signature__ = Signature(  # type: ignore[attr-defined]
    [
        SignatureParameter(
            name,
            SignatureParameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[parameter.kind | None, Query(description=parameter.description)],
        )
        for name, parameter in PARAMETERS.items()
    ]
)

Asked = Annotated[dict[str, Any], Depends(asked)]
StatisticId = Annotated[str, Path(description="Id of the statistic", json_schema_extra={"enum": list(METHODS)})]


@router.get("", summary="Statistics that can be asked for")
def methods(request: Request) -> Response:
    """List the statistics, and which parameters each takes."""
    return json_reply(request, {"statistics": [method.describe() for method in METHODS.values()]})


@router.get(
    "/{statistic}",
    summary="A statistic of an indicator",
    responses={
        **ok(answers.GlobalAnalysis | answers.LocalAnalysis | answers.Analysis),
        202: {"description": "It takes long and has become a job; Location tells where to ask for it"},
    },
)
def analyse(
    request: Request,
    statistic: StatisticId,
    release: Release,
    settings: CurrentSettings,
    given: Asked,
    prefer: Annotated[str, Header(description="respond-async: make a job of it in any case (RFC 7240)")] = "",
) -> Response:
    """Compute a statistic from public figures."""
    question = checked_question(release, settings, statistic, given)
    tag = key_of(question, tag=release.tag, release=release.number)
    known = known_reply(request, tag)
    if known is not None:
        return known
    desk: Desk = request.app.state.desk
    found = desk.ask(release, question, later="respond-async" in prefer)
    return accepted(request, settings, found) if isinstance(found, Job) else packed_reply(request, found, tag)


@router.get(
    "/{statistic}/weights",
    summary="The weights that an analysis uses, for GeoDa and R",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}, "text/csv": {}}}},
)
def used_weights(
    request: Request,
    statistic: StatisticId,
    release: Release,
    settings: CurrentSettings,
    given: Asked,
    f: Annotated[str, Query(description="gal (default), gwt or csv")] = "gal",
) -> Response:
    """Export who is whose neighbour; the parameters are those of the analysis."""
    question = checked_question(release, settings, statistic, given)
    body = weights_file(release, question, f).encode()
    name = f"{statistic}-{question.level}.{f}"
    return reply(
        request, body, media_type=FORMATS[f], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
