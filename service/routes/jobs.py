"""Jobs over HTTP: analyses that take longer than a client should wait."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from service.jobs.board import Job
from service.jobs.desk import Desk
from service.languages import language_of
from service.links import base_url
from service.parameters import CurrentSettings, only_known_parameters
from service.replies import json_reply
from service.settings import Settings

router = APIRouter(prefix="/api/jobs", tags=["analysis"], dependencies=[Depends(only_known_parameters)])

_RETRY_SECONDS = "1"

JobId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Id of the job")]


@router.get("/{job_id}", summary="State of a long analysis")
def state(request: Request, job_id: JobId, settings: CurrentSettings) -> Response:
    """Tell how far a job is, and where its result is."""
    desk: Desk = request.app.state.desk
    return _status(request, settings, desk.job(job_id))


@router.delete("/{job_id}", summary="Cancel a long analysis")
def cancel(request: Request, job_id: JobId, settings: CurrentSettings) -> Response:
    """Cancel a job that waits or runs; whoever else asked the same question loses it too."""
    desk: Desk = request.app.state.desk
    return _status(request, settings, desk.cancel(job_id))


def accepted(request: Request, settings: Settings, job: Job) -> Response:
    """Reply that a question has become a job."""
    response = _status(request, settings, job)
    response.status_code = 202
    response.headers["Location"] = f"{base_url(request, settings)}/api/jobs/{job.id}"
    return response


def _status(request: Request, settings: Settings, job: Job) -> Response:
    base = base_url(request, settings)
    query = urlencode({name: _text(value) for name, value in job.parameters.items()})
    document: dict[str, Any] = {
        "id": job.id,
        "state": job.state,
        "progress": job.progress,
        "created": job.created,
        "updated": job.updated,
        "statistic": job.statistic,
        "parameters": job.parameters,
        "release": job.release,
        "self": f"{base}/api/jobs/{job.id}",
        "result": f"{base}/api/analysis/{job.statistic}?{query}",
    }
    language = language_of(request)
    detail = (job.detail_de or job.detail) if language == "de" else job.detail
    document |= {name: text for name, text in (("detail", detail), ("reason", job.reason)) if text is not None}
    response = json_reply(request, document)
    if detail is not None:
        response.headers["Content-Language"] = language
        response.headers["Vary"] += ", Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    if job.active:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
