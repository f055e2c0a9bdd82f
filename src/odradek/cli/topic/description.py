"""What `odradek topic describe` tells of a topic: where it lives, what it holds, how it is set.

Invariants: what a cluster does not tell is None, never an error; sizes and offsets of a partition
are those of its leader. `records` counts offsets, so it is too high where compaction left gaps or
transactions their markers: nobody can count records without reading them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient, ConfigSource, TopicDescription

from odradek.cli.connection import REQUEST_TIMEOUT_S
from odradek.cli.kafka_errors import result_of
from odradek.cli.log_offsets import LogRange, Partition, log_ranges
from odradek.cli.output import Row, number_text, size_text
from odradek.cli.topic.operations import is_set_on_topic, topic_configs
from odradek.cli.topic.sizes import Replica, replica_sizes


def describe_topic(
    admin: AdminClient, config: Mapping[str, Any], topic: str, *, all_configs: bool
) -> dict[str, Any]:
    """Everything about the topic, as one document."""
    description = _description(admin, topic)
    brokers = sorted({node.id for p in description.partitions for node in p.replicas})
    sizes = replica_sizes(config, topic, brokers)
    partitions = _partition_rows(admin, description, sizes)
    return {
        "topic": topic,
        "topic_id": _uuid_text(description),
        "records": _sum_of_known(row["records"] for row in partitions),
        "size_bytes": _sum_of_known(row["size_bytes"] for row in partitions),
        "replicas_size_bytes": sum(sizes.values()) if sizes else None,
        "partitions": partitions,
        "configs": _config_rows(admin, topic, all_configs=all_configs),
    }


def headline(document: Mapping[str, Any]) -> str:
    """The topic in one line: how much is in it, and its id."""
    count = len(document["partitions"])
    parts = [f"{count} partition{'s' * (count != 1)}"]
    if document["records"] is not None:
        parts.append(f"{number_text(document['records'])} records")
    if document["size_bytes"] is not None:
        parts.append(size_text(document["size_bytes"]))
        if document["replicas_size_bytes"] > document["size_bytes"]:
            parts.append(f"{size_text(document['replicas_size_bytes'])} with all replicas")
    return f"{document['topic']}: {', '.join(parts)}  (id {document['topic_id']})"


def _description(admin: AdminClient, topic: str) -> TopicDescription:
    futures = admin.describe_topics(TopicCollection([topic]), request_timeout=REQUEST_TIMEOUT_S)
    description: TopicDescription = result_of(
        futures[topic], f"describing topic {topic}", timeout_s=2 * REQUEST_TIMEOUT_S
    )
    return description


def _uuid_text(description: TopicDescription) -> str:
    """The topic's id as Kafka's own tools write it: URL-safe, where librdkafka uses + and /."""
    return str(description.topic_id).replace("+", "-").replace("/", "_")


def _partition_rows(
    admin: AdminClient, description: TopicDescription, sizes: Mapping[Replica, int]
) -> list[Row]:
    ranges = log_ranges(admin, [Partition(description.name, p.id) for p in description.partitions])
    rows: list[Row] = []
    for p in description.partitions:
        leader = p.leader.id if p.leader is not None else None
        held = ranges.get(Partition(description.name, p.id))
        rows.append(
            {
                "partition": p.id,
                "leader": leader,
                "replicas": [node.id for node in p.replicas],
                "in_sync": [node.id for node in p.isr],
                **_offset_columns(held),
                "size_bytes": None if leader is None else sizes.get(Replica(p.id, leader)),
            }
        )
    return rows


def _offset_columns(held: LogRange | None) -> Row:
    if held is None:
        return dict.fromkeys(("start_offset", "end_offset", "records"))
    start, end = held
    return {"start_offset": start, "end_offset": end, "records": end - start}


def _config_rows(admin: AdminClient, topic: str, *, all_configs: bool) -> Sequence[Row]:
    return [
        {"config": entry.name, "value": entry.value, "source": _source(entry.source)}
        for entry in topic_configs(admin, topic).values()
        if all_configs or is_set_on_topic(entry)
    ]


def _source(source: ConfigSource | int) -> str:
    return ConfigSource(source).name.lower().removesuffix("_config").replace("_", " ")


def _sum_of_known(numbers: Any) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
