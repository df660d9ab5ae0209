"""Runs: which there are, starting and finishing one, and how much of an origin is accounted for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response

from processors.api.context import Here
from processors.api.errors import Refused
from processors.api.formats import respond_json
from processors.api.models import Problem
from processors.api.models_runs import NewRun, PositionsModel, RunModel
from processors.api.parameters import OfOrigin, Parameters
from processors.api.token import same_token
from processors.pipeline import check_run_name

router = APIRouter(prefix="/v1", tags=["runs"])

Name = Annotated[str, Path(max_length=60)]


def _authorised(here: Here, x_onrecord_token: Annotated[str, Header()] = "") -> None:
    """Only who can read the token's file on this machine may start and finish runs."""
    if not same_token(x_onrecord_token, here.token):
        raise Refused(
            403, "this needs the header X-Onrecord-Token with the content of control.token in the store's folder"
        )


_CONTROL = {
    "dependencies": [Depends(_authorised)],
    "responses": {403: {"model": Problem}, 409: {"model": Problem}},
}


@router.get("/runs", response_model=list[RunModel], summary="All runs")
def list_runs(here: Here, _: Annotated[Parameters, Query()]) -> Response:
    """Every run of this store, newest first."""
    return respond_json(here.runs.list())


@router.post("/runs", response_model=RunModel, status_code=201, summary="Start a run", **_CONTROL)  # type: ignore[arg-type]
def start_run(here: Here, wanted: NewRun, _: Annotated[Parameters, Query()]) -> Response:
    """Begin to consume a run; starting one that is already consumed changes nothing."""
    info = here.runs.start(check_run_name(wanted.name), wanted.kind, wanted.origin, wanted.expected)
    return respond_json(info, 201)


@router.post("/runs/{name}/finish", response_model=RunModel, summary="Finish a run", **_CONTROL)  # type: ignore[arg-type]
def finish_run(here: Here, name: Name, _: Annotated[Parameters, Query()]) -> Response:
    """Stop consuming a run; its rows stay readable."""
    here.run(name)
    return respond_json(here.runs.finish(name))


@router.get("/runs/{name}/positions", response_model=PositionsModel, summary="How much of an origin is accounted for")
def positions(here: Here, name: Name, asked: Annotated[OfOrigin, Query()]) -> Response:
    """What a producer counts as done: it publishes again from `next` where the broker lost what came after."""
    return respond_json(here.run(name).positions(asked.origin))
