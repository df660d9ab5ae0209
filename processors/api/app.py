"""The app: routes, guards and the live feed put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from processors.api.context import Context
from processors.api.errors import add_error_handlers
from processors.api.events import Events
from processors.api.guard import Guard
from processors.api.metrics import Metrics
from processors.api.models import Problem
from processors.api.routes import events, health, pipeline, speakers, statements, topics
from processors.api.routes import runs as runs_routes
from processors.api.tail import Pace
from processors.api.token import ensure_token
from processors.clock import Clock
from processors.runs import RunsView
from processors.settings import Settings

_ABOUT = (
    "Who said what, about what, when, and where is it written. Times are UTC. Lists come as JSON, or with format= as "
    'IPC stream, CSV or JSON Lines. Every refusal is {"error": sentence}.'
)


def build_app(runs: RunsView, settings: Settings, clock: Clock, pace: Pace | None = None) -> FastAPI:
    """The read API over these runs; makes ``control.token`` in the data folder where there is none.

    ``app.state.events.close()`` ends the live feeds, which a server must do before it can stop.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        app.state.events.close()

    app = FastAPI(
        title="On the Record: read API",
        description=_ABOUT,
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        responses={status: {"model": Problem} for status in (404, 422, 503)},
    )
    metrics = Metrics(runs)
    app.state.context = Context(runs, settings, clock, metrics, ensure_token(settings.data))
    app.state.events = Events(app.state.context, pace or Pace())
    for part in (statements, topics, speakers, pipeline, runs_routes, events, health):
        app.include_router(part.router)
    add_error_handlers(app)
    app.add_middleware(Guard, settings=settings, metrics=metrics)
    return app
