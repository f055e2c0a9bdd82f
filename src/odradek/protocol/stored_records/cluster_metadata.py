"""Records of Kafka's metadata log, as far as a single node needs them.

The records have no keys; the value starts with three unsigned varints: the version of the frame,
the record's type and its version (`framing`). The log is replayed from its start, each record
changing the state that those before it left.
"""

from typing import Annotated

from odradek.protocol.declaration import Struct
from odradek.protocol.stored_records.framing import MetadataRecord
from odradek.protocol.wire_types import (
    ZERO_UUID,
    Boolean,
    Float64,
    Int8,
    Int16,
    Int32,
    Int64,
    String,
    Tag,
    UInt16,
    Uuid,
)


class BrokerEndpoint(Struct):
    """`security_protocol`: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL."""

    name: String = ""
    host: String = ""
    port: UInt16 = 0
    security_protocol: Int16 = 0


class BrokerFeature(Struct):
    name: String = ""
    min_supported_version: Int16 = 0
    max_supported_version: Int16 = 0


class RegisterBrokerRecord(MetadataRecord, api_key=0, versions="0-4", flexible="0+"):
    """A broker has (re)started: its addresses and the features it supports.

    Version 1 adds `in_controlled_shutdown`, version 2 the move away from ZooKeeper, version 3 the
    ids of log directories, version 4 which of them take no new partitions.
    """

    broker_id: Int32 = 0
    is_migrating_zk_broker: Annotated[Boolean, "2+"] = False
    incarnation_id: Uuid = ZERO_UUID
    broker_epoch: Int64 = 0
    end_points: list[BrokerEndpoint] = []
    features: list[BrokerFeature] = []
    rack: String | None = ""
    fenced: Boolean = True
    in_controlled_shutdown: Annotated[Boolean, "1+"] = False
    log_dirs: Annotated[list[Uuid], "3+", Tag(0)] = []
    cordoned_log_dirs: Annotated[list[Uuid] | None, "4+", Tag(1)] = None


class TopicRecord(MetadataRecord, api_key=2, versions="0", flexible="0+"):
    """A topic exists from here on."""

    name: String = ""
    topic_id: Uuid = ZERO_UUID


class PartitionRecord(MetadataRecord, api_key=3, versions="0-2", flexible="0+"):
    """A partition exists from here on, with all there is to know about it.

    Version 1 adds the log directory of each replica, version 2 eligible leaders (KIP-966).
    """

    partition_id: Int32 = -1
    topic_id: Uuid = ZERO_UUID
    replicas: list[Int32] = []
    isr: list[Int32] = []
    removing_replicas: list[Int32] = []
    adding_replicas: list[Int32] = []
    leader: Int32 = -1
    leader_recovery_state: Annotated[Int8, Tag(0)] = 0
    leader_epoch: Int32 = -1
    partition_epoch: Int32 = -1
    directories: Annotated[list[Uuid], "1+"] = []
    eligible_leader_replicas: Annotated[list[Int32] | None, "2+", Tag(1)] = None
    last_known_elr: Annotated[list[Int32] | None, "2+", Tag(2)] = None


class ConfigRecord(MetadataRecord, api_key=4, versions="0", flexible="0+"):
    """A configuration key is set, or goes back to its default when `value` is null."""

    resource_type: Int8 = 0
    resource_name: String = ""
    name: String = ""
    value: String | None = ""


class PartitionChangeRecord(MetadataRecord, api_key=5, versions="0-2", flexible="0+"):
    """Something about a partition changes: fields left at their default stay as they are.

    `leader` -2 means no change, -1 no leader. Version 1 adds log directories, version 2 eligible
    leaders (KIP-966).
    """

    partition_id: Int32 = -1
    topic_id: Uuid = ZERO_UUID
    isr: Annotated[list[Int32] | None, Tag(0)] = None
    leader: Annotated[Int32, Tag(1)] = -2
    replicas: Annotated[list[Int32] | None, Tag(2)] = None
    removing_replicas: Annotated[list[Int32] | None, Tag(3)] = None
    adding_replicas: Annotated[list[Int32] | None, Tag(4)] = None
    leader_recovery_state: Annotated[Int8, Tag(5)] = -1
    directories: Annotated[list[Uuid] | None, "1+", Tag(8)] = None
    eligible_leader_replicas: Annotated[list[Int32] | None, "2+", Tag(6)] = None
    last_known_elr: Annotated[list[Int32] | None, "2+", Tag(7)] = None


class RemoveTopicRecord(MetadataRecord, api_key=9, versions="0", flexible="0+"):
    """The topic, its partitions and its configuration are gone from here on."""

    topic_id: Uuid = ZERO_UUID


class FeatureLevelRecord(MetadataRecord, api_key=12, versions="0", flexible="0+"):
    """A feature is set to a level; level 0 switches it off."""

    name: String = ""
    feature_level: Int16 = 0


class EntityData(Struct):
    """One part of an entity; a null name is the default of its type."""

    entity_type: String = ""
    entity_name: String | None = ""


class ClientQuotaRecord(MetadataRecord, api_key=14, versions="0", flexible="0+"):
    """A quota of a user, a client, an address or a combination is set, or removed."""

    entity: list[EntityData] = []
    key: String = ""
    value: Float64 = 0.0
    remove: Boolean = False


class ProducerIdsRecord(MetadataRecord, api_key=15, versions="0", flexible="0+"):
    """Producer ids below `next_producer_id` are given out, or may be without another record."""

    broker_id: Int32 = 0
    broker_epoch: Int64 = -1
    next_producer_id: Int64 = 0


class NoOpRecord(MetadataRecord, api_key=20, versions="0", flexible="0+"):
    """Changes nothing; it lets the log grow when nothing else does."""


# The records by type.
RECORDS: dict[int, type[MetadataRecord]] = {
    record.api_key: record
    for record in (
        RegisterBrokerRecord,
        TopicRecord,
        PartitionRecord,
        ConfigRecord,
        PartitionChangeRecord,
        RemoveTopicRecord,
        FeatureLevelRecord,
        ClientQuotaRecord,
        ProducerIdsRecord,
        NoOpRecord,
    )
}
