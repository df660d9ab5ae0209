"""Figures for Prometheus, in a registry of the app's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from processors.runs import Accounting, RunsView

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts of requests and listeners, and what the runs say of themselves when asked."""

    def __init__(self, runs: RunsView) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "onrecord_api_requests",
            "Answers by route, method and status",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "onrecord_api_seconds", "Time to the first byte of an answer", ["route"], registry=self._registry
        )
        self.listeners = Gauge("onrecord_event_listeners", "Open live feeds", ["run"], registry=self._registry)
        self.dropped = Counter(
            "onrecord_event_listeners_dropped", "Live feeds closed because they were too slow", registry=self._registry
        )
        self._registry.register(_Runs(runs))

    def timer(self) -> Callable[[], float]:
        """Seconds since now."""
        start = time.perf_counter()
        return lambda: time.perf_counter() - start

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text form."""
        return generate_latest(self._registry)


class _Runs(Collector):
    """Asks the runs at the moment of the scrape."""

    def __init__(self, runs: RunsView) -> None:
        self._runs = runs

    def describe(self) -> list[Metric]:
        """Nothing: asking the runs while the registry is built could open files."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Rows, accounting and lag of each run."""
        rows = GaugeMetricFamily("onrecord_rows", "Rows stored", labels=["run", "table"])
        inputs = GaugeMetricFamily("onrecord_inputs", "Articles by where they have gone", labels=["run", "outcome"])
        lag = GaugeMetricFamily(
            "onrecord_lag_records", "Records that a stage has not taken yet", labels=["run", "stage"]
        )
        for info in self._runs.list():
            rows.add_metric([info.name, "statements"], info.statements)
            rows.add_metric([info.name, "articles"], info.articles)
            run = self._runs.get(info.name) if info.state == "running" else None
            if run is None:
                continue
            accounting = run.accounting()
            for outcome in Accounting.__struct_fields__:
                inputs.add_metric([info.name, outcome], getattr(accounting, outcome))
            for stage, records in run.progress().lag.items():
                lag.add_metric([info.name, stage], records)
        yield from (rows, inputs, lag)
