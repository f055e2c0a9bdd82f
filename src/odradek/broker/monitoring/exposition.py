"""Prometheus' text format, version 0.0.4.

Each family once, with its help and type before all of its samples. Writing many of them is done in
slices, between which the loop serves clients.
"""

import asyncio
from collections.abc import Iterable

from odradek.broker.monitoring.family import Family, Sample
from odradek.broker.runtime import Broker

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SAMPLES_PER_SLICE = 200


async def render(families: Iterable[Family], broker: Broker) -> str:
    """All families as they are now."""
    lines: list[str] = []
    written = 0
    for family in families:
        lines.append(f"# HELP {family.name} {_escape_help(family.documentation)}")
        lines.append(f"# TYPE {family.name} {family.type}")
        for sample in family.read(broker):
            if sample is not None:
                lines.append(_line(family, sample))
                written += 1
            if sample is None or written % SAMPLES_PER_SLICE == 0:
                await asyncio.sleep(0)
    return "\n".join(lines) + "\n"


def _line(family: Family, sample: Sample) -> str:
    pairs = zip(family.labels, sample.labels, strict=False)
    labels = ",".join(f'{name}="{_escape_label(value)}"' for name, value in pairs)
    return f"{family.name}{sample.suffix}{f'{{{labels}}}' if labels else ''} {sample.value}"


def _escape_help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _escape_label(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
