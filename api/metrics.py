"""Figures for Prometheus at /metrics: how many requests of which kind, how long they took, how many user tasks were completed.

Counted per process; only patterns of routes are labels, so nobody's data is in the figures.
"""

import time

from flask import Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from api.access import PUBLIC

#: The routes by which a user task is completed, at both doors.
COMPLETIONS = frozenset({"tasks.complete", "engine_rest_task.complete", "engine_rest_task.submit_form"})
_EXTENSION = "esep_metrics"


class Figures:
    """The counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter("esep_http_requests", "Requests answered", ("method", "route", "status"), registry=self.registry)
        self.seconds = Histogram("esep_http_request_seconds", "Seconds to an answer", ("method", "route"), registry=self.registry)
        self.completions = Counter("esep_user_tasks_completed", "User tasks completed over HTTP", registry=self.registry)


def register(app: Flask) -> None:
    """Count every request of the application and answer at /metrics."""
    app.extensions[_EXTENSION] = Figures()
    app.before_request(_start)
    app.after_request(_count)
    app.add_url_rule("/metrics", view_func=show)


@PUBLIC
def show() -> Response:
    """The figures as text."""
    return Response(generate_latest(_figures().registry), content_type=CONTENT_TYPE_LATEST)


def _figures() -> Figures:
    figures: Figures = current_app.extensions[_EXTENSION]
    return figures


def _start() -> None:
    g.request_started = time.perf_counter()


def _count(response: Response) -> Response:
    route = str(request.url_rule) if request.url_rule else "-"
    method = request.method if request.method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE") else "-"
    _figures().requests.labels(method, route, str(response.status_code)).inc()
    if "request_started" in g:
        _figures().seconds.labels(method, route).observe(time.perf_counter() - g.request_started)
    if request.endpoint in COMPLETIONS and response.status_code < 400:
        _figures().completions.inc()
    return response
