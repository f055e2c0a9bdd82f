"""What goes in and out by topic, and how its partitions lie on the disk."""

from collections.abc import Callable, Iterator

from odradek.broker.data_path.partition import Partition
from odradek.broker.meters import OTHER_TOPICS, TopicMeter
from odradek.broker.monitoring.family import (
    Family,
    Sample,
    Theme,
    labelled_counter,
    labelled_gauge,
)
from odradek.broker.runtime import Broker


def _per_topic(name: str, documentation: str, value_of: Callable[[TopicMeter], int]) -> Family:
    def read(broker: Broker) -> Iterator[Sample]:
        for topic, meter in list(broker.topic_meters.of_topics.items()):
            yield Sample((topic,), value_of(meter))
        yield Sample((OTHER_TOPICS,), value_of(broker.topic_meters.others))

    return labelled_counter(
        f"kafka_server_brokertopicmetrics_{name}_total", documentation, ("topic",), read
    )


def _per_partition(name: str, documentation: str, value_of: Callable[[Partition], int]) -> Family:
    def read(broker: Broker) -> Iterator[Sample]:
        for partition in _metered_partitions(broker):
            log = partition.log
            yield Sample((log.topic, str(log.partition)), value_of(partition))

    return labelled_gauge(f"kafka_log_log_{name}", documentation, ("topic", "partition"), read)


def _metered_partitions(broker: Broker) -> list[Partition]:
    """Those of the topics that have meters of their own, as many as there may be."""
    others = broker.topic_meters.others
    metered = [partition for partition in broker.partitions if partition.meter is not others]
    return metered[: broker.configuration.metered_partitions_max]


THEMES = (
    Theme(
        "Topics",
        (
            _per_topic(
                "messagesin", "Records appended to a topic.", lambda meter: meter.messages_in
            ),
            _per_topic(
                "bytesin",
                "Bytes appended to a topic, as they lie in its log.",
                lambda meter: meter.bytes_in,
            ),
            _per_topic(
                "bytesout", "Bytes of records sent to consumers.", lambda meter: meter.bytes_out
            ),
            _per_topic(
                "bytesrejected",
                "Bytes of batches that were refused: too large, damaged or out of order.",
                lambda meter: meter.bytes_rejected,
            ),
            _per_topic(
                "totalproducerequests",
                "Batches that producers and coordinators asked to append, one for each partition "
                "of a request.",
                lambda meter: meter.total_produce_requests,
            ),
            _per_topic(
                "failedproducerequests",
                "Batches that were not appended.",
                lambda meter: meter.failed_produce_requests,
            ),
            _per_topic(
                "totalfetchrequests",
                "Partitions read for a Fetch; one that had to wait for records is read twice.",
                lambda meter: meter.total_fetch_requests,
            ),
            _per_topic(
                "failedfetchrequests",
                "Partitions that could not be read for a Fetch.",
                lambda meter: meter.failed_fetch_requests,
            ),
        ),
    ),
    Theme(
        "Logs",
        (
            _per_partition(
                "size",
                "Bytes of a partition's segments.",
                lambda partition: partition.log.size_bytes,
            ),
            _per_partition(
                "numlogsegments",
                "Segments of a partition.",
                lambda partition: partition.log.segment_count,
            ),
            _per_partition(
                "logstartoffset",
                "First offset of a partition that can be read.",
                lambda partition: partition.log.log_start_offset,
            ),
            _per_partition(
                "logendoffset",
                "Offset of a partition's next record.",
                lambda partition: partition.log.log_end_offset,
            ),
        ),
    ),
)
