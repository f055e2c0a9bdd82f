"""The topics that subjects are called after, read from their ends backwards or whole, and counted.

Invariant: nothing is written to the cluster, not even a committed offset.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from confluent_kafka.admin import ClusterMetadata

from odradek.cli.connection import existing_topic
from odradek.cli.position import Edge
from odradek.cli.progress import show_progress
from odradek.cli.records.topic_reader import BeforeEnd, TopicReader
from odradek.cli.schema.usage.counting import Carrier, Part, Uses
from odradek.registry.state.names import DEFAULT_CONTEXT, context_of


def carrier_named_by(subject: str) -> Carrier | None:
    """What a subject of the default context is called after, as `orders-value`; else None."""
    if context_of(subject) != DEFAULT_CONTEXT:
        return None
    for part in Part:
        topic = subject.removesuffix(f"-{part}")
        if topic not in (subject, ""):
            return Carrier(topic, part)
    return None


def carriers_of(
    cluster: ClusterMetadata, subjects: Iterable[str], topics: Collection[str] = ()
) -> set[Carrier]:
    """What there is to look at: what subjects are called after, and both parts of more topics."""
    named = filter(None, map(carrier_named_by, subjects))
    for topic in topics:
        existing_topic(cluster, topic)
    return {
        *(each for each in named if each.topic in cluster.topics),
        *(Carrier(topic, part) for topic in topics for part in Part),
    }


def count_uses(
    config: dict[str, Any],
    cluster: ClusterMetadata,
    carriers: Collection[Carrier],
    records_max: int | None = None,
) -> Uses:
    """Read the carriers' topics, of each partition the last `records_max` records, or all."""
    uses = Uses()
    by_topic: dict[str, list[Carrier]] = defaultdict(list)
    for carrier in sorted(carriers):
        uses.look_at(carrier)
        by_topic[carrier.topic].append(carrier)
    for topic, parts in by_topic.items():
        partitions = sorted(cluster.topics[topic].partitions)
        start = Edge.EARLIEST if records_max is None else BeforeEnd(records_max)
        with (
            TopicReader(config, topic, partitions, start) as reader,
            show_progress(topic, total=reader.ahead) as progress,
        ):
            count = 0
            for batch in reader.batches(until_end=True, max_records=None):
                for record in batch:
                    headers, written_ms = record.headers(), record.timestamp()[1]
                    for carrier in parts:
                        data = record.key() if carrier.part is Part.KEY else record.value()
                        uses.note(carrier, data, headers, written_ms)
                count += len(batch)
                progress.update(records=count, position=count)
    return uses
