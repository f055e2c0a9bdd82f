"""What a Kafka cluster tells of a registry: its topic, and subjects whose topic is not there.

Subjects are expected to be called after topics, `orders-value` and `orders-key`; others are the
choice of whoever registers them, and nothing is said of them.
"""

from collections.abc import Collection, Iterator

from confluent_kafka.admin import AdminClient, ClusterMetadata

from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.order import needs_of
from odradek.cli.schema.doctor.finding import Finding, error, warning
from odradek.cli.schema.usage.reading import carrier_named_by
from odradek.cli.topic.operations import topic_configs

REPLICAS_WANTED = 3


def judge_topic(admin: AdminClient, cluster: ClusterMetadata, topic: str) -> Iterator[Finding]:
    """The topic that keeps the schemas."""
    if topic not in cluster.topics:
        yield error(
            "TOPIC_MISSING",
            topic,
            "is no topic of this cluster, and so does not keep these schemas",
            "name the registry's cluster with -b and its topic with --topic",
        )
        return
    partitions = cluster.topics[topic].partitions
    if len(partitions) != 1:
        yield error(
            "TOPIC_PARTITIONS",
            topic,
            f"has {len(partitions)} partitions, and the order of its records counts",
            "export the registry, and import it into one with a topic of one partition",
        )
    policy = topic_configs(admin, topic)["cleanup.policy"].value
    if policy != "compact":
        yield error(
            "TOPIC_CLEANUP_POLICY",
            topic,
            f"has cleanup.policy={policy}, which deletes schemas that are in use",
            f"odradek topic alter {topic} --config cleanup.policy=compact",
        )
    replicas = min((len(each.replicas) for each in partitions.values()), default=0)
    wanted = min(REPLICAS_WANTED, len(cluster.brokers))
    if replicas < wanted:
        yield warning(
            "TOPIC_REPLICATION_FACTOR",
            topic,
            f"has replication factor {replicas} on {len(cluster.brokers)} brokers: with one broker"
            " the schemas may be lost",
            f"reassign its partition to {wanted} brokers",
        )


def subjects_without_topic(archive: Archive, topics: Collection[str]) -> Iterator[Finding]:
    """Of the default context, but for those that others refer to."""
    needed = {subject for each in archive.versions.values() for subject, _ in needs_of(each)}
    for name, subject in sorted(archive.subjects.items()):
        carrier = carrier_named_by(name)
        if carrier is None or not subject.is_live or name in needed:
            continue
        if carrier.topic not in topics:
            yield warning(
                "SUBJECT_WITHOUT_TOPIC",
                name,
                f"is called after the topic {carrier.topic}, which this cluster does not have",
                f"odradek schema delete {name}, if nobody needs it any more",
            )
