"""``onrecord status``: what a running system does, for people and as JSON."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from processors.client import ReadClient
from processors.errors import OnRecordError, StoreUnavailable
from processors.settings import load_settings
from processors.supervise.state import SystemState, read_state


def status(*, json_: Annotated[bool, Parameter(name="--json", negative="")] = False) -> None:
    """Tell of the running system: addresses, processes, counts, lag and accounting.

    Parameters
    ----------
    json_
        Print one JSON object.

    """
    settings = load_settings()
    system = read_state(settings.data)
    url = system.api_url if system else settings.api_url
    found: dict[str, Any] = {"system": msgspec.to_builtins(system) if system else None, "runs": []}
    try:
        with closing(ReadClient(url, seconds=5.0)) as client:
            found["runs"] = [
                {"name": run.name, "kind": run.kind, "state": run.state, **_figures(client, run.name)}
                for run in client.runs()
            ]
    except StoreUnavailable as error:
        if system is None:
            raise StoreUnavailable(
                f"nothing runs over the data in {settings.data}/, and no read API answers at {url}; "
                "start the system with: onrecord up"
            ) from error
        found["problem"] = str(error)
    if json_:
        json.dump(found, sys.stdout, default=_plain, indent=1)
        print()
    else:
        _show(Console(), system, found)


def _figures(client: ReadClient, run: str) -> dict[str, Any]:
    try:
        overview, pipeline = client.overview(run), client.pipeline(run)
    except OnRecordError as error:
        return {"problem": str(error)}
    return {"overview": overview, "lag": pipeline["lag"], "versions": pipeline["versions"]}


def _show(console: Console, system: SystemState | None, found: dict[str, Any]) -> None:
    if system is not None:
        console.print(f"dashboard  {system.dashboard_url or 'none'}")
        console.print(f"read API   {system.api_url}/docs")
        console.print(f"broker     {system.bootstrap_servers}")
        table = Table("process", "state", "pid", "restarts", "since (UTC)", box=None)
        for part in system.parts:
            since = part.since.strftime("%Y-%m-%d %H:%M:%S") if part.since else ""
            table.add_row(part.name, part.state, str(part.pid or ""), str(part.restarts), since)
        console.print(table)
    if "problem" in found:
        console.print(f"the read API does not answer: {found['problem']}", style="yellow")
    for run in found["runs"]:
        console.print(f"\n[bold]{run['name']}[/bold] ({run['kind']}, {run['state']})")
        for line in _run_lines(run):
            console.print(f"  {line}")


def _run_lines(run: dict[str, Any]) -> list[str]:
    if "problem" in run:
        return [str(run["problem"])]
    overview = run["overview"]
    account = overview["accounting"]
    lag = [f"{stage} {count}" for stage, count in run["lag"].items()]
    p50, p95 = overview["lag_p50_ms"], overview["lag_p95_ms"]
    lag_seconds = f"median {p50 / 1000:.1f}, 95 % within {p95 / 1000:.1f}" if p50 is not None else "none stored yet"
    counts = (
        f"{overview['articles']:,} articles, {overview['statements']:,} statements, "
        f"{overview['speakers']:,} speakers, {overview['topics']:,} topics"
    )
    accounting = (
        f"in {account['received']:,} = stored {account['stored']:,} + duplicates {account['duplicates']:,} "
        f"+ dead letters {account['dead_letters']:,} + waiting {account['waiting']:,}; missing {account['missing']:,}"
    )
    return [
        counts,
        accounting,
        f"seconds from article to page: {lag_seconds}",
        f"records not yet read: {', '.join(lag) or 'not known'}",
    ]


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no form in JSON")
