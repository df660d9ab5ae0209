"""Every refusal as ``{"error": sentence}``.

::

    Refused        404 there is no such run or statement, 403 token, 422 parameters, 503 too many listeners
    QueryStopped   503
    RunError       409
    other          500, and the defect is in the log
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from processors.errors import OnRecordError, RunError


class Refused(OnRecordError):
    """The request cannot be answered; ``status`` is the HTTP status that says so."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def add_error_handlers(app: FastAPI) -> None:
    """Answer each expected error with its sentence; ``guard`` answers the others."""

    @app.exception_handler(OnRecordError)
    def expected(_: Request, error: OnRecordError) -> JSONResponse:
        status = error.status if isinstance(error, Refused) else 409 if isinstance(error, RunError) else 503
        return _answer(status, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _answer(422, "; ".join(_sentence(part, _known(request)) for part in error.errors()))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        path = request.url.path
        sentences = {
            404: f"there is nothing at {path}; /docs lists what can be asked",
            405: f"{path} does not take {request.method}; /docs says what it takes",
        }
        return _answer(error.status_code, sentences.get(error.status_code, str(error.detail)))


def _answer(status: int, sentence: str) -> JSONResponse:
    return JSONResponse({"error": sentence}, status, headers={"Retry-After": "5"} if status == 503 else None)


def _known(request: Request) -> list[str]:
    """Names of the parameters that the route takes."""
    route = request.scope.get("route")
    names: list[str] = []
    for parameter in getattr(getattr(route, "dependant", None), "query_params", ()):
        model = getattr(parameter.field_info, "annotation", None)
        names += list(getattr(model, "model_fields", {parameter.alias: None}))
    return names


def _sentence(error: Any, known: Sequence[str]) -> str:
    where, *path = error["loc"] or ("request",)
    name = ".".join(str(part) for part in path) or where
    kind = "field" if where == "body" else "parameter"
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}" if known else ""
        return f"there is no {kind} {name!r} here{hint}"
    if error["type"] == "missing":
        return f"the {kind} {name!r} is missing"
    reason = str(error["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return (
        f"the {kind} {name!r} must be {reason}"
        if reason != error["msg"]
        else f"the {kind} {name!r} cannot be read: {reason}"
    )
