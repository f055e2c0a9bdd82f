"""The reference of every metric, from the declarations in `odradek.broker.monitoring`."""

from collections.abc import Iterator

from odradek.broker.monitoring.catalogue import THEMES
from odradek.broker.monitoring.family import Family

INTRODUCTION = """\
# Metrics

Written from the code by `make docs`.

The broker serves these at `/metrics` once it is told where
(`odradek broker --metrics 127.0.0.1:9404`); [how to watch a broker](../how-to/monitor-a-broker.md)
shows what to do with them. Names are those that Strimzi's rules for the Prometheus JMX exporter
give to Kafka's metrics. Counters count from the broker's start.
"""


def render() -> str:
    parts = [INTRODUCTION]
    for theme in THEMES:
        parts += [f"## {theme.title}\n", "\n".join(_rows(theme.families)) + "\n"]
    return "\n".join(parts)


def _rows(families: tuple[Family, ...]) -> Iterator[str]:
    yield "| Metric | Type | Labels | What it tells |"
    yield "|---|---|---|---|"
    for family in families:
        labels = ", ".join(f"`{label}`" for label in family.labels)
        yield f"| `{family.name}` | {family.type} | {labels} | {family.documentation} |"
