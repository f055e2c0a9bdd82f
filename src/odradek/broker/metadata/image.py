"""The state that the metadata log adds up to.

Invariants: a topic name and a topic id point at each other; a topic's partitions are numbered from
0 without a gap; `registrations` counts how often this broker has started, which is what leader
epochs are made of (a topic's epoch is the number of starts since it was created, as each start
elects the one replica anew).

Does not know where a partition's data lies, nor whether its log could be opened.
"""

from collections.abc import Callable
from typing import Any, ClassVar

import msgspec

from odradek.broker.metadata.topic_names import collision_key
from odradek.protocol.stored_records.cluster_metadata import (
    ClientQuotaRecord,
    ConfigRecord,
    FeatureLevelRecord,
    PartitionRecord,
    ProducerIdsRecord,
    RegisterBrokerRecord,
    RemoveTopicRecord,
    TopicRecord,
)
from odradek.protocol.stored_records.framing import MetadataRecord

RESOURCE_TOPIC = 2
RESOURCE_BROKER = 4


QuotaEntity = tuple[tuple[str, str | None], ...]
"""The parts of an entity, each a type and a name (None: the type's default), sorted by type."""


class TopicImage(msgspec.Struct):
    """One topic. `registered_at` is the broker's start count when the topic was created."""

    name: str
    topic_id: bytes
    registered_at: int
    partition_count: int = 0


class MetadataImage:
    """Topics, settings, quotas, features and counters, changed by `apply` alone."""

    def __init__(self) -> None:
        self.topics: dict[str, TopicImage] = {}
        self.names_by_id: dict[bytes, str] = {}
        self.names_by_collision_key: dict[str, str] = {}
        self.configs: dict[tuple[int, str], dict[str, str]] = {}
        self.client_quotas: dict[QuotaEntity, dict[str, float]] = {}
        self.feature_levels: dict[str, int] = {}
        self.registrations = 0
        self.next_producer_id = 0

    def leader_epoch(self, topic: TopicImage) -> int:
        """How often the one replica was elected since the topic was created.

        Differs from Kafka: a start raises the leader epoch by one; so does Kafka's, and its clean
        stop before it, which gives the leadership up.
        """
        return self.registrations - topic.registered_at

    def configs_of(self, resource_type: int, resource_name: str) -> dict[str, str]:
        """Settings given to one resource at run time: name to text."""
        return self.configs.get((resource_type, resource_name), {})

    def apply(self, record: MetadataRecord) -> None:
        """Take one record of the metadata log into account."""
        self._APPLY[type(record)](self, record)

    def _apply_topic(self, record: TopicRecord) -> None:
        self.topics[record.name] = TopicImage(record.name, record.topic_id, self.registrations)
        self.names_by_id[record.topic_id] = record.name
        self.names_by_collision_key[collision_key(record.name)] = record.name

    def _apply_partition(self, record: PartitionRecord) -> None:
        topic = self.topics[self.names_by_id[record.topic_id]]
        if record.partition_id != topic.partition_count:
            raise ValueError(
                f"partition {record.partition_id} of topic {topic.name} follows "
                f"{topic.partition_count} partitions"
            )
        topic.partition_count += 1

    def _apply_remove_topic(self, record: RemoveTopicRecord) -> None:
        name = self.names_by_id.pop(record.topic_id)
        del self.topics[name]
        del self.names_by_collision_key[collision_key(name)]
        self.configs.pop((RESOURCE_TOPIC, name), None)

    def _apply_config(self, record: ConfigRecord) -> None:
        resource = (record.resource_type, record.resource_name)
        if record.value is None:
            self.configs.get(resource, {}).pop(record.name, None)
        else:
            self.configs.setdefault(resource, {})[record.name] = record.value

    def _apply_client_quota(self, record: ClientQuotaRecord) -> None:
        entity = tuple((part.entity_type, part.entity_name) for part in record.entity)
        quotas = self.client_quotas.setdefault(entity, {})
        if record.remove:
            quotas.pop(record.key, None)
        else:
            quotas[record.key] = record.value
        if not quotas:
            del self.client_quotas[entity]

    def _apply_feature_level(self, record: FeatureLevelRecord) -> None:
        self.feature_levels[record.name] = record.feature_level

    def _apply_register_broker(self, record: RegisterBrokerRecord) -> None:
        self.registrations += 1

    def _apply_producer_ids(self, record: ProducerIdsRecord) -> None:
        self.next_producer_id = record.next_producer_id

    _APPLY: ClassVar[dict[type[MetadataRecord], Callable[[Any, Any], None]]] = {
        TopicRecord: _apply_topic,
        PartitionRecord: _apply_partition,
        RemoveTopicRecord: _apply_remove_topic,
        ConfigRecord: _apply_config,
        ClientQuotaRecord: _apply_client_quota,
        FeatureLevelRecord: _apply_feature_level,
        RegisterBrokerRecord: _apply_register_broker,
        ProducerIdsRecord: _apply_producer_ids,
    }
