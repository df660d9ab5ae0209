"""Whether the process lives and serves, its figures, and its description."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from processors.api.context import Here
from processors.api.docs_page import docs_page
from processors.api.errors import Refused
from processors.api.formats import respond_json
from processors.api.metrics import CONTENT_TYPE
from processors.api.models import Problem
from processors.api.models_runs import Health
from processors.api.parameters import Parameters

router = APIRouter(tags=["health"])

Nothing = Annotated[Parameters, Query()]


@router.get("/healthz", response_model=Health, summary="The process answers")
def healthz(_: Nothing) -> Response:
    """Always 200 while the process lives."""
    return respond_json({"status": "alive"})


@router.get("/readyz", response_model=Health, responses={503: {"model": Problem}}, summary="The store serves")
def readyz(here: Here, _: Nothing) -> Response:
    """200 when runs can be read; 503 with the reason before that."""
    reason = here.runs.not_ready()
    if reason:
        raise Refused(503, reason)
    return respond_json({"status": "ready"})


@router.get("/metrics", summary="Figures for Prometheus")
def metrics(here: Here, _: Nothing) -> Response:
    """Requests, live feeds, rows, accounting and lag in Prometheus' text form."""
    return Response(here.metrics.text(), headers={"Content-Type": CONTENT_TYPE})


@router.get("/docs", include_in_schema=False)
def docs(request: Request, _: Nothing) -> HTMLResponse:
    """The description for people."""
    return HTMLResponse(docs_page(request.app.openapi()))
