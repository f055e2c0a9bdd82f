"""/livez, /readyz and /metrics, for those who run it."""

from odradek.registry.core import Registry
from odradek.web.answer import TEXT, Answer
from odradek.web.meters import CONTENT_TYPE, Gauge, Meters
from odradek.web.routes import Call, Route


async def get_live(_: Registry, __: Call) -> Answer:
    return Answer(b"ok\n", media_type=TEXT)


async def get_ready(registry: Registry, _: Call) -> Answer:
    fault = registry.log.fault if registry.is_ready else "the registry reads its topic"
    if fault is None:
        return Answer(b"ready\n", media_type=TEXT)
    return Answer(f"{fault}\n".encode(), 503, TEXT)


def metrics_route(meters: Meters) -> Route:
    """The route that tells these meters."""

    async def get_metrics(registry: Registry, _: Call) -> Answer:
        return Answer(meters.exposition(gauges(registry)).encode(), media_type=CONTENT_TYPE)

    return Route("GET", "/metrics", get_metrics, "Metrics for Prometheus.", is_open=True)


def gauges(registry: Registry) -> list[Gauge]:
    """The registry's own numbers."""
    index = registry.view.index
    schemas = sum(len(context.contents) for context in index.contexts.values())
    return [
        Gauge("odradek_registry_subjects", "Subjects, deleted ones included.", len(index.subjects)),
        Gauge("odradek_registry_schemas", "Schemas, each once in a context.", schemas),
        Gauge(
            "odradek_registry_is_writer",
            "Whether this instance is the one that writes.",
            int(registry.log.is_leading),
        ),
    ]


ROUTES = (
    Route("GET", "/livez", get_live, "Whether the process lives.", is_open=True),
    Route("GET", "/readyz", get_ready, "Whether requests should be sent here.", is_open=True),
)
