"""Replicas, the controller, the metadata log and the groups: what one node has of a cluster.

Numbers that only replication could move are given as what they are here, so that dashboards and
alerts made for Kafka have something to look at.
"""

from collections.abc import Iterator

from odradek.broker.groups.states import GroupState
from odradek.broker.metadata.topic_names import METADATA_TOPIC
from odradek.broker.monitoring.family import Family, Sample, Theme, counter, gauge, labelled_gauge
from odradek.broker.runtime import Broker

REPLICAS = 1
GROUPS_PER_SLICE = 2000
NOBODY = "Always 0: one node has no other replicas."


def _missing_partitions(broker: Broker) -> int:
    """Partitions that the metadata knows and whose log could not be made yet."""
    known = sum(topic.partition_count for topic in broker.image.topics.values())
    return known - sum(1 for _ in broker.partitions)


def _offline_partitions(broker: Broker) -> int:
    offline = sum(partition.log.is_offline for partition in broker.partitions)
    return offline + _missing_partitions(broker)


def _global_partitions(broker: Broker) -> int:
    return sum(topic.partition_count for topic in broker.image.topics.values())


def _metadata_log_end(broker: Broker) -> int:
    log = broker.directory.get(METADATA_TOPIC, 0)
    return 0 if log is None else log.log_end_offset


def _metadata_high_watermark(broker: Broker) -> int:
    log = broker.directory.get(METADATA_TOPIC, 0)
    return 0 if log is None else log.high_watermark


def _groups_in(name: str, state: GroupState, meaning: str) -> Family:
    def read(broker: Broker) -> Iterator[Sample | None]:
        groups = broker.groups.groups
        ids = groups.group_ids()
        count = 0
        for first in range(0, len(ids), GROUPS_PER_SLICE):
            count += groups.count_in(state, ids[first : first + GROUPS_PER_SLICE])
            yield None
        yield Sample((), count)

    return labelled_gauge(f"kafka_coordinator_group_groupmetadatamanager_{name}", meaning, (), read)


THEMES = (
    Theme(
        "Replicas",
        (
            gauge(
                "kafka_server_replicamanager_partitioncount",
                "Partitions this broker hosts.",
                lambda broker: sum(1 for _ in broker.partitions),
            ),
            gauge(
                "kafka_server_replicamanager_leadercount",
                "Partitions this broker leads: all that it hosts and can write to.",
                lambda broker: sum(not partition.log.is_offline for partition in broker.partitions),
            ),
            gauge("kafka_server_replicamanager_underreplicatedpartitions", NOBODY, lambda _: 0),
            gauge(
                "kafka_server_replicamanager_underminisrpartitioncount",
                "Partitions whose min.insync.replicas is more than the one replica there is; "
                "acks=all is refused there.",
                lambda broker: sum(
                    partition.min_insync_replicas > REPLICAS for partition in broker.partitions
                ),
            ),
            gauge(
                "kafka_server_replicamanager_atminisrpartitioncount",
                "Partitions whose min.insync.replicas is just met by their one replica.",
                lambda broker: sum(
                    partition.min_insync_replicas == REPLICAS for partition in broker.partitions
                ),
            ),
            gauge(
                "kafka_server_replicamanager_offlinereplicacount",
                "Partitions that cannot be written to: a disk failed them, or their log could not "
                "be made.",
                _offline_partitions,
            ),
            gauge("kafka_server_replicamanager_reassigningpartitions", NOBODY, lambda _: 0),
            gauge(
                "kafka_server_replicamanager_produceridcount",
                "Idempotent producers that are remembered, counted for every partition.",
                lambda broker: sum(len(partition.log.producers) for partition in broker.partitions),
            ),
            counter("kafka_server_replicamanager_isrshrinks_total", NOBODY, lambda _: 0),
            counter("kafka_server_replicamanager_isrexpands_total", NOBODY, lambda _: 0),
        ),
    ),
    Theme(
        "Controller",
        (
            gauge(
                "kafka_controller_kafkacontroller_activecontrollercount",
                "Always 1: the node is its own controller.",
                lambda _: 1,
            ),
            gauge(
                "kafka_controller_kafkacontroller_activebrokercount",
                "Always 1: the cluster is this broker.",
                lambda _: 1,
            ),
            gauge(
                "kafka_controller_kafkacontroller_fencedbrokercount",
                "Always 0: the one broker is never fenced.",
                lambda _: 0,
            ),
            gauge(
                "kafka_controller_kafkacontroller_offlinepartitionscount",
                "Partitions without a leader: with one replica, those that cannot be written to.",
                _offline_partitions,
            ),
            gauge(
                "kafka_controller_kafkacontroller_globaltopiccount",
                "Topics of the cluster, internal ones included.",
                lambda broker: len(broker.image.topics),
            ),
            gauge(
                "kafka_controller_kafkacontroller_globalpartitioncount",
                "Partitions of all topics of the cluster.",
                _global_partitions,
            ),
            gauge(
                "kafka_controller_kafkacontroller_preferredreplicaimbalancecount",
                NOBODY,
                lambda _: 0,
            ),
            gauge(
                "kafka_controller_kafkacontroller_metadataerrorcount",
                "Always 0: metadata that cannot be applied keeps the broker from starting.",
                lambda _: 0,
            ),
            counter(
                "kafka_controller_controllerstats_uncleanleaderelections_total",
                NOBODY,
                lambda _: 0,
            ),
        ),
    ),
    Theme(
        "Metadata log",
        (
            gauge(
                "kafka_server_raftmetrics_current_leader",
                "Node id of the controller.",
                lambda broker: broker.node_id,
            ),
            gauge(
                "kafka_server_raftmetrics_current_epoch",
                "How often the controller was elected: once for each start of the broker.",
                lambda broker: broker.image.registrations,
            ),
            gauge(
                "kafka_server_raftmetrics_high_watermark",
                "First offset of the metadata log that is not committed yet.",
                _metadata_high_watermark,
            ),
            gauge(
                "kafka_server_raftmetrics_log_end_offset",
                "Offset of the metadata log's next record.",
                _metadata_log_end,
            ),
        ),
    ),
    Theme(
        "Groups",
        (
            gauge(
                "kafka_coordinator_group_groupmetadatamanager_numgroups",
                "Groups that are known.",
                lambda broker: len(broker.groups.groups),
            ),
            _groups_in("numgroupsempty", GroupState.EMPTY, "Groups without members."),
            _groups_in(
                "numgroupspreparingrebalance",
                GroupState.PREPARING_REBALANCE,
                "Groups whose members are asked to join again.",
            ),
            _groups_in(
                "numgroupscompletingrebalance",
                GroupState.COMPLETING_REBALANCE,
                "Groups whose leader works out the assignment.",
            ),
            _groups_in("numgroupsstable", GroupState.STABLE, "Groups at work."),
            _groups_in("numgroupsdead", GroupState.DEAD, "Groups that are being deleted."),
        ),
    ),
)
