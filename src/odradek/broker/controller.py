"""The one place where metadata changes: decide, write, apply, carry out.

A change exists once its records are in the metadata log. Carrying it out (creating or deleting
logs) comes after and is repeated at the next start if a crash came between: a partition that
metadata knows and the disk does not is created empty, a directory that metadata does not know is
deleted.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence

from odradek.broker.data_path.partition import Partition
from odradek.broker.data_path.partitions import Partitions
from odradek.broker.errors import MetadataWriteError
from odradek.broker.log import LogError
from odradek.broker.metadata import client_quotas as quota_decisions
from odradek.broker.metadata import configs as config_decisions
from odradek.broker.metadata import features as feature_decisions
from odradek.broker.metadata import topics as topic_decisions
from odradek.broker.metadata.client_quotas import QuotaChange
from odradek.broker.metadata.configs import Change, Resource
from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.features import FeatureUpdate
from odradek.broker.metadata.image import RESOURCE_TOPIC, MetadataImage
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.broker.metadata.topics import Limits, NewTopic
from odradek.broker.metadata_log import MetadataLog
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.cluster_metadata import (
    ProducerIdsRecord,
    RegisterBrokerRecord,
)
from odradek.protocol.stored_records.framing import MetadataRecord

PRODUCER_ID_BLOCK = 1000
PARTITIONS_PER_TOPIC_MAX = 10_000
_DASH_IN_BASE64 = 62


class Controller:
    """Changes topics, settings, quotas, features and producer ids."""

    def __init__(
        self,
        image: MetadataImage,
        metadata_log: MetadataLog,
        effective: EffectiveConfigs,
        partitions: Partitions,
        node_id: int,
        now_ms: Callable[[], int],
        on_partition_gone: Callable[[Partition], None],
        on_configs_changed: Callable[[], None],
    ) -> None:
        self.image = image
        self._log = metadata_log
        self._effective = effective
        self._partitions = partitions
        self._node_id = node_id
        self._now_ms = now_ms
        self._on_partition_gone = on_partition_gone
        self._on_configs_changed = on_configs_changed
        self._producer_ids = iter(range(0))

    def register(self) -> None:
        """Note in the metadata that the broker started once more: leader epochs go up by one.

        Raises MetadataWriteError.
        """
        defaults = config_decisions.decide_cluster_defaults(self.image, self._effective)
        registration = RegisterBrokerRecord(broker_id=self._node_id)
        self._commit_or_raise([registration, *defaults])

    def create_topic(self, topic: NewTopic, *, validate_only: bool = False) -> Outcome:
        """Create a topic and its partitions; the outcome tells what was or would be done."""
        fault = config_decisions.find_topic_configs_fault(topic.configs.items())
        outcome = topic_decisions.decide_create(self.image, topic, self._limits())
        if fault is not None and not outcome.is_refused:
            return fault
        if outcome.is_refused or validate_only:
            return outcome
        return self._open(topic.name, self._commit(outcome))

    def grow_topic(
        self,
        name: str,
        count: int,
        assignments: Sequence[Sequence[int]] | None,
        *,
        validate_only: bool,
    ) -> Outcome:
        """Add partitions to a topic."""
        outcome = topic_decisions.decide_grow(self.image, name, count, assignments, self._limits())
        if outcome.is_refused or validate_only:
            return outcome
        return self._open(name, self._commit(outcome))

    def delete_topic(self, name: str) -> Outcome:
        """Remove a topic with its data."""
        outcome = self._commit(topic_decisions.decide_delete(self.image, name))
        if not outcome.is_refused:
            for partition in self._partitions.delete_topic(name):
                self._on_partition_gone(partition)
        return outcome

    def alter_configs(
        self, resource: Resource, changes: Sequence[Change], *, validate_only: bool
    ) -> Outcome:
        """Change some settings of a topic, of this broker or of all brokers."""
        outcome = config_decisions.decide_alter(self.image, self._effective, resource, changes)
        return self._carry_out_configs(resource, outcome, validate_only)

    def replace_configs(
        self,
        resource: Resource,
        values: Sequence[tuple[str, str | None]],
        *,
        validate_only: bool,
    ) -> Outcome:
        """Give a resource exactly these settings."""
        outcome = config_decisions.decide_replace(self.image, self._effective, resource, values)
        return self._carry_out_configs(resource, outcome, validate_only)

    def alter_client_quotas(
        self,
        entity: Mapping[str, str | None],
        changes: Sequence[QuotaChange],
        *,
        validate_only: bool,
    ) -> Outcome:
        """Change some quotas of one entity."""
        outcome = quota_decisions.decide_alter(self.image, entity, changes)
        return outcome if validate_only else self._commit(outcome)

    def update_features(self, updates: Sequence[FeatureUpdate], *, validate_only: bool) -> Outcome:
        """Set features to other levels."""
        outcome = feature_decisions.decide_update(self.image, updates)
        return outcome if validate_only else self._commit(outcome)

    def allocate_producer_id(self) -> int:
        """A producer id that was never given out before, not even before a crash.

        Raises MetadataWriteError.
        """
        for producer_id in self._producer_ids:
            return producer_id
        first = self.image.next_producer_id
        end = first + PRODUCER_ID_BLOCK
        self._commit_or_raise([ProducerIdsRecord(broker_id=self._node_id, next_producer_id=end)])
        self._producer_ids = iter(range(first + 1, end))
        return first

    def new_topic_id(self) -> bytes:
        """A random id as Kafka makes them: a version-4 UUID that does not start with a dash."""
        while True:
            topic_id = secrets.token_bytes(16)
            if topic_id[0] >> 2 != _DASH_IN_BASE64:
                return topic_id

    def _commit(self, outcome: Outcome) -> Outcome:
        """Write what was decided and apply it; a disk that refuses changes nothing."""
        if outcome.is_refused or not outcome.records:
            return outcome
        try:
            self._log.append(outcome.records, self._now_ms())
        except (OSError, LogError) as error:
            return refuse(
                ErrorCode.KAFKA_STORAGE_ERROR, f"The metadata could not be written: {error}"
            )
        for record in outcome.records:
            self.image.apply(record)
        return outcome

    def _commit_or_raise(self, records: list[MetadataRecord]) -> None:
        outcome = self._commit(Outcome(records))
        if outcome.is_refused:
            raise MetadataWriteError(outcome.message)

    def _open(self, topic: str, outcome: Outcome) -> Outcome:
        """Make the logs of a topic that was created or grown."""
        if outcome.is_refused:
            return outcome
        try:
            self._partitions.open_topic(self.image.topics[topic])
        except (OSError, LogError) as error:
            return refuse(
                ErrorCode.KAFKA_STORAGE_ERROR,
                f"Topic '{topic}' is known, but not all of its logs could be made ({error}); "
                "the broker goes on trying.",
            )
        return outcome

    def _carry_out_configs(
        self, resource: Resource, outcome: Outcome, validate_only: bool
    ) -> Outcome:
        if validate_only:
            return outcome
        outcome = self._commit(outcome)
        if not outcome.is_refused:
            topics = [resource.name] if resource.type == RESOURCE_TOPIC else self.image.topics
            self._on_configs_changed()
            for name in topics:
                self._partitions.update_config(name)
        return outcome

    def _limits(self) -> Limits:
        return Limits(
            node_id=self._node_id,
            default_partitions=self._effective.broker_int("num.partitions"),
            default_replication_factor=self._effective.broker_int("default.replication.factor"),
            max_partitions=PARTITIONS_PER_TOPIC_MAX,
        )
