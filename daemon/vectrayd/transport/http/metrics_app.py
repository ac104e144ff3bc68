"""The page that Prometheus reads."""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vectrayd.transport.metrics import Metrics

METRICS = "/metrics"


def make_metrics_app(metrics: Metrics) -> Starlette:
    """Return the application."""

    async def page(_: Request) -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route(METRICS, page)])
