"""The topic `_schemas` is made, or judged: one partition, compacted.

A topic with another cleanup policy deletes schemas some day, and then nobody reads the records that
were written with them. It is refused, with the command that mends it.
"""

from odradek.clients.admin.admin import Admin
from odradek.clients.errors import AdminFailed, ClusterUnreachable
from odradek.clients.kafka_config import KafkaConfig
from odradek.registry.errors import StartupError

COMPACT = "compact"
CONFIGS = {"cleanup.policy": COMPACT}


async def prepare_topic(kafka: KafkaConfig, name: str, replication_factor: int) -> str:
    """Return the cluster's id, once the topic can be used; raises StartupError."""
    try:
        async with Admin(kafka) as admin:
            if name in await admin.list_topics(include_internal=True):
                await _judge(admin, kafka, name)
            else:
                await _create(admin, name, replication_factor)
            return await admin.cluster_id()
    except ClusterUnreachable as error:
        raise StartupError(
            f"no Kafka answers at {kafka.bootstrap_servers}: {error}; set kafka.bootstrap.servers"
        ) from error
    except AdminFailed as error:
        raise StartupError(f"the topic {name} cannot be used: {error}") from error


async def _create(admin: Admin, name: str, replication_factor: int) -> None:
    """With as many replicas as wanted and as there are brokers; another instance may be faster."""
    for factor in range(replication_factor, 0, -1):
        try:
            await admin.create_topic(name, partitions=1, replication_factor=factor, configs=CONFIGS)
        except AdminFailed as error:
            if error.name == "TOPIC_ALREADY_EXISTS":
                return
            if error.name != "INVALID_REPLICATION_FACTOR" or factor == 1:
                raise
        else:
            return


async def _judge(admin: Admin, kafka: KafkaConfig, name: str) -> None:
    topic = await admin.describe_topic(name)
    if len(topic.partitions) != 1:
        raise StartupError(
            f"the topic {name} has {len(topic.partitions)} partitions and must have one, for the"
            " order of its records counts: choose another with registry.kafkastore.topic"
        )
    policy = (await admin.topic_configs(name))["cleanup.policy"].value
    if policy != COMPACT:
        raise StartupError(
            f"the topic {name} has cleanup.policy={policy}, which deletes schemas that are in use;"
            f" mend it: odradek topic alter {name} --config cleanup.policy=compact"
            f" -b {kafka.bootstrap_servers}"
        )
