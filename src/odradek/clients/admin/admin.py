"""Administers a cluster from a coroutine.

    async with Admin("127.0.0.1:9092") as admin:
        await admin.create_topic("orders", partitions=6)
        await admin.set_topic_config("orders", "retention.ms", "86400000")

Invariants:
- Configurations are altered one at a time and incrementally: two people altering a topic at once
  lose nothing.
- A change of topics can be seen by whoever asks the cluster after it was awaited.
- What cannot be is refused before anything is asked for, with the number that would do.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import (
    AlterConfigOpType,
    ClusterMetadata,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    OffsetSpec,
)
from confluent_kafka.cimpl import NewPartitions, NewTopic

from odradek.clients.admin.requests import REQUEST_TIMEOUT_S, Requests
from odradek.clients.admin.values import Config, GroupState, LogRange, Member, PartitionState, Topic
from odradek.clients.errors import AdminFailed
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.record import Partition

CLUSTER_DEFAULT = -1
LOOK_INTERVAL_S = 0.05


class Admin:
    """An admin client; an async context manager. Raises AdminFailed and ClusterUnreachable."""

    def __init__(self, kafka: KafkaConfig | str) -> None:
        self._requests = Requests(kafka)
        self._client = self._requests.client

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing is under way: every request was awaited."""

    async def cluster_id(self) -> str:
        """The id of the cluster, which no other has."""
        return str((await self._requests.metadata()).cluster_id)

    # Topics

    async def list_topics(self, *, include_internal: bool = False) -> list[str]:
        """The names of the topics, in order."""
        names = (await self._requests.metadata()).topics
        return sorted(name for name in names if include_internal or not name.startswith("__"))

    async def describe_topic(self, name: str) -> Topic:
        """A topic and its partitions."""
        found = _existing(await self._requests.metadata(), name)
        return Topic(
            name,
            tuple(
                PartitionState(
                    number,
                    None if state.leader < 0 else state.leader,
                    tuple(state.replicas),
                    tuple(state.isrs),
                )
                for number, state in sorted(found.partitions.items())
            ),
        )

    async def create_topic(
        self,
        name: str,
        *,
        partitions: int | None = None,
        replication_factor: int | None = None,
        configs: Mapping[str, str] | None = None,
    ) -> None:
        """Create a topic; what is not given is the cluster's default."""
        if replication_factor is not None:
            brokers = len((await self._requests.metadata()).brokers)
            if replication_factor > brokers:
                raise AdminFailed(
                    f"topic {name} cannot have a replication factor of {replication_factor}:"
                    f" the cluster has {brokers} brokers, and a broker keeps one replica",
                    "INVALID_REPLICATION_FACTOR",
                )
        new = NewTopic(
            name,
            CLUSTER_DEFAULT if partitions is None else partitions,
            CLUSTER_DEFAULT if replication_factor is None else replication_factor,
            config=dict(configs or {}),
        )
        await self._requests.one(f"creating topic {name}", self._client.create_topics([new]))
        await self._until(lambda cluster: name in cluster.topics)

    async def add_partitions(self, name: str, total: int) -> None:
        """Raise the number of partitions to `total`; keys may land on others from then on."""
        has = len(_existing(await self._requests.metadata(), name).partitions)
        if total <= has:
            raise AdminFailed(
                f"topic {name} has {has} partitions and cannot have {total}: Kafka only adds some",
                "INVALID_PARTITIONS",
            )
        asked = self._client.create_partitions([NewPartitions(name, total)])
        await self._requests.one(f"adding partitions to topic {name}", asked)
        await self._until(
            lambda cluster: name in cluster.topics and len(cluster.topics[name].partitions) == total
        )

    async def delete_topic(self, name: str) -> None:
        """Delete a topic with all its records."""
        asked = self._client.delete_topics([name])
        await self._requests.one(f"deleting topic {name}", asked)
        await self._until(lambda cluster: name not in cluster.topics)

    # Configurations

    async def topic_configs(self, name: str) -> dict[str, Config]:
        """Every configuration of a topic, defaults included."""
        asked = self._client.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, name)])
        entries = await self._requests.one(f"reading the configs of topic {name}", asked)
        own = ConfigSource.DYNAMIC_TOPIC_CONFIG
        return {
            key: Config(key, entry.value, ConfigSource(entry.source) is own)
            for key, entry in sorted(entries.items())
        }

    async def set_topic_config(self, name: str, key: str, value: str) -> None:
        """Give a topic one configuration; its others stay."""
        await self._alter(name, ConfigEntry(key, value, incremental_operation=_SET))

    async def reset_topic_config(self, name: str, key: str) -> None:
        """Take one configuration back to the cluster's default."""
        await self._alter(name, ConfigEntry(key, "", incremental_operation=_DELETE))

    async def _alter(self, name: str, entry: ConfigEntry) -> None:
        resource = ConfigResource(ConfigResource.Type.TOPIC, name, incremental_configs=[entry])
        asked = self._client.incremental_alter_configs([resource])
        await self._requests.one(f"altering {entry.name} of topic {name}", asked)

    # Groups

    async def list_groups(self) -> dict[str, str]:
        """The consumer groups and their states, in order."""
        found = await self._requests.answer("listing groups", self._client.list_consumer_groups())
        return {each.group_id: _state(each.state) for each in sorted(found.valid, key=_group_id)}

    async def describe_group(self, group: str) -> GroupState:
        """A group's members and what each reads."""
        found = await self._requests.of_coordinator(
            f"describing group {group}",
            lambda timeout_s: self._client.describe_consumer_groups(
                [group], request_timeout=timeout_s
            ),
        )
        members = tuple(
            Member(
                each.member_id,
                each.client_id,
                each.host,
                tuple(sorted(_partition(place) for place in each.assignment.topic_partitions)),
            )
            for each in found.members
        )
        return GroupState(group, _state(found.state), members)

    async def delete_group(self, group: str) -> None:
        """Delete a group without members, and all it has committed."""
        await self._requests.of_coordinator(
            f"deleting group {group}",
            lambda timeout_s: self._client.delete_consumer_groups(
                [group], request_timeout=timeout_s
            ),
        )

    # Offsets

    async def group_offsets(self, group: str) -> dict[Partition, int]:
        """What a group has committed."""
        # Asked first, for confluent-kafka dies (2.16, SIGSEGV) of the answer that a coordinator
        # which is not ready gives about offsets.
        await self.describe_group(group)
        found = await self._requests.of_coordinator(
            f"reading the offsets of group {group}",
            lambda timeout_s: self._client.list_consumer_group_offsets(
                [ConsumerGroupTopicPartitions(group)], request_timeout=timeout_s
            ),
        )
        places = found.topic_partitions
        return {_partition(each): each.offset for each in places if each.offset >= 0}

    async def set_group_offsets(self, group: str, offsets: Mapping[Partition, int]) -> None:
        """Commit in the place of a group without members; one that is not there comes to be."""
        places = [TopicPartition(*place, offset) for place, offset in offsets.items()]
        await self._requests.of_coordinator(
            f"setting offsets of group {group}",
            lambda timeout_s: self._client.alter_consumer_group_offsets(
                [ConsumerGroupTopicPartitions(group, places)], request_timeout=timeout_s
            ),
        )

    async def delete_group_offsets(self, group: str, partitions: Sequence[Partition]) -> None:
        """Delete what a group has committed for these; librdkafka cannot, so kafka-python does."""
        await asyncio.to_thread(self._delete_group_offsets, group, partitions)

    def _delete_group_offsets(self, group: str, partitions: Sequence[Partition]) -> None:
        from kafka import KafkaAdminClient
        from kafka import TopicPartition as KafkaPythonPartition
        from kafka.errors import KafkaError, NoError

        doing = f"deleting offsets of group {group}"
        try:
            client = KafkaAdminClient(**self._requests.config.kafka_python())
            try:
                wanted = [KafkaPythonPartition(*place) for place in partitions]
                results = client.delete_group_offsets(group, wanted)
            finally:
                client.close()
        except KafkaError as error:
            raise AdminFailed(f"{doing} failed: {error}", type(error).__name__) from error
        for place, outcome in results.items():
            if outcome is not NoError:
                sentence = f"{doing} failed for {place.topic}-{place.partition}: {outcome()}"
                raise AdminFailed(sentence, outcome.__name__)

    async def log_ranges(self, name: str) -> dict[int, LogRange]:
        """Where each partition of a topic begins and ends."""
        starts = await self._offsets(name, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        ends = await self._offsets(name, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        return {number: LogRange(starts[number], ends[number]) for number in starts}

    async def offsets_at(self, name: str, time: datetime) -> dict[int, int | None]:
        """The first offset written at or after `time`; None where nothing was since."""
        time_ms = max(0, int(time.timestamp() * 1000))
        found = await self._offsets(name, OffsetSpec.for_timestamp(time_ms))
        return {number: None if offset < 0 else offset for number, offset in found.items()}

    async def _offsets(self, name: str, spec: OffsetSpec) -> dict[int, int]:
        numbers = sorted(_existing(await self._requests.metadata(), name).partitions)
        asked = self._client.list_offsets(
            {TopicPartition(name, number): spec for number in numbers}
        )
        doing = f"reading the offsets of topic {name}"
        return {
            place.partition: (await self._requests.answer(doing, future)).offset
            for place, future in asked.items()
        }

    async def delete_records(self, name: str, before: Mapping[int, int]) -> None:
        """Delete the records of each partition that stand before the offset given for it."""
        asked = self._client.delete_records(
            [TopicPartition(name, number, offset) for number, offset in before.items()]
        )
        for future in asked.values():
            await self._requests.answer(f"deleting records of topic {name}", future)

    async def _until(self, is_visible: Callable[[ClusterMetadata], bool]) -> None:
        """Return once a change can be seen: a controller answers before every broker knows."""
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + REQUEST_TIMEOUT_S
        while not is_visible(await self._requests.metadata()):
            if loop.time() > deadline_s:
                return
            await asyncio.sleep(LOOK_INTERVAL_S)


_SET, _DELETE = AlterConfigOpType.SET, AlterConfigOpType.DELETE


def _existing(cluster: ClusterMetadata, name: str) -> Any:
    if name not in cluster.topics:
        raise AdminFailed(f"topic {name} does not exist", "UNKNOWN_TOPIC_OR_PART")
    return cluster.topics[name]


def _partition(place: TopicPartition) -> Partition:
    return Partition(place.topic, place.partition)


def _group_id(listing: Any) -> str:
    return str(listing.group_id)


def _state(state: Any) -> str:
    """Kafka's word for a state, as PreparingRebalance, of librdkafka's PREPARING_REBALANCE."""
    return "".join(word.capitalize() for word in state.name.split("_"))
