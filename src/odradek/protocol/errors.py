"""Error codes of the protocol, and the exceptions of this package.

Wire errors are values in responses: an `ErrorCode`, Kafka's number for what went wrong. Exceptions
are for bytes and values that are no legal message at all:

    ProtocolError
    ├── DecodeError            the input is not a message of this class and version
    ├── EncodeError            a field holds a value that its wire type cannot carry
    └── UnsupportedVersion     the class does not declare this version

The codes and their retriability are those of Apache Kafka 4.3.1.
"""

from enum import IntEnum
from typing import Self


class ProtocolError(Exception):
    """Something is wrong with the form of a message, not with what it asks for."""


class DecodeError(ProtocolError):
    """The input is not a message of the expected class and version."""


class EncodeError(ProtocolError):
    """A field holds a value that its wire type cannot carry, such as null or a too large number."""


class UnsupportedVersion(ProtocolError):
    """The message class does not declare the version asked for."""


class ErrorCode(IntEnum):
    """Kafka's error codes. A retriable one may go away when the same request is sent again."""

    is_retriable: bool
    description: str

    def __new__(cls, code: int, is_retriable: bool = False, description: str = "") -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.is_retriable = is_retriable
        member.description = description
        return member

    UNKNOWN_SERVER_ERROR = (
        -1,
        False,
        "The broker failed in a way it has no code for; its log tells more.",
    )
    NONE = 0, False, "No error."
    OFFSET_OUT_OF_RANGE = (
        1,
        False,
        "The offset lies before the log start offset or beyond the end of the log.",
    )
    CORRUPT_MESSAGE = (
        2,
        True,
        "The record batch fails its checksum, or its contents contradict its header.",
    )
    UNKNOWN_TOPIC_OR_PARTITION = 3, True, "There is no such topic or partition on this broker."
    INVALID_FETCH_SIZE = 4, False, "A fetch asks for a size that makes no sense."
    LEADER_NOT_AVAILABLE = 5, True, "The partition has no leader at this moment."
    NOT_LEADER_OR_FOLLOWER = (
        6,
        True,
        "This broker is not the leader (or not a replica) of the partition; refresh the metadata.",
    )
    REQUEST_TIMED_OUT = 7, True, "The request could not be completed within its timeout."
    BROKER_NOT_AVAILABLE = 8, False, "The broker meant by the request is not up."
    REPLICA_NOT_AVAILABLE = (
        9,
        True,
        "The broker holds no replica of this partition that could answer.",
    )
    MESSAGE_TOO_LARGE = 10, False, "A record batch is larger than `max.message.bytes` of its topic."
    STALE_CONTROLLER_EPOCH = (
        11,
        False,
        "The request was sent by a controller that has been replaced.",
    )
    OFFSET_METADATA_TOO_LARGE = (
        12,
        False,
        "The metadata string of an offset commit is longer than the broker stores.",
    )
    NETWORK_EXCEPTION = 13, True, "The connection was lost before the response came."
    COORDINATOR_LOAD_IN_PROGRESS = (
        14,
        True,
        "The coordinator is still reading its log; ask again soon.",
    )
    COORDINATOR_NOT_AVAILABLE = (
        15,
        True,
        "There is no coordinator yet, for example because its topic is being created.",
    )
    NOT_COORDINATOR = (
        16,
        True,
        "Another broker coordinates this group or transaction; look up the coordinator again.",
    )
    INVALID_TOPIC_EXCEPTION = (
        17,
        False,
        "The topic name is not legal, or the topic may not be used this way.",
    )
    RECORD_LIST_TOO_LARGE = 18, False, "A record batch is larger than a whole log segment may be."
    NOT_ENOUGH_REPLICAS = (
        19,
        True,
        "Fewer replicas are in sync than `min.insync.replicas` demands; nothing was written.",
    )
    NOT_ENOUGH_REPLICAS_AFTER_APPEND = (
        20,
        True,
        "The records were written, but too few replicas confirmed them.",
    )
    INVALID_REQUIRED_ACKS = 21, False, "`acks` is none of -1, 0 and 1."
    ILLEGAL_GENERATION = (
        22,
        False,
        "The group has moved on to another generation than the member names.",
    )
    INCONSISTENT_GROUP_PROTOCOL = (
        23,
        False,
        "The member offers no protocol that the rest of the group supports.",
    )
    INVALID_GROUP_ID = 24, False, "The group id is empty or otherwise not legal."
    UNKNOWN_MEMBER_ID = 25, False, "The group has no member with this id; join again."
    INVALID_SESSION_TIMEOUT = (
        26,
        False,
        "The session timeout is outside the limits that the broker sets.",
    )
    REBALANCE_IN_PROGRESS = 27, False, "The group is rebalancing; the member has to join again."
    INVALID_COMMIT_OFFSET_SIZE = (
        28,
        False,
        "An offset commit would become a record larger than the broker accepts.",
    )
    TOPIC_AUTHORIZATION_FAILED = 29, False, "The principal may not do this with the topic."
    GROUP_AUTHORIZATION_FAILED = 30, False, "The principal may not do this with the group."
    CLUSTER_AUTHORIZATION_FAILED = 31, False, "The principal may not do this with the cluster."
    INVALID_TIMESTAMP = (
        32,
        False,
        "A record's timestamp is farther from the broker's clock than the topic permits.",
    )
    UNSUPPORTED_SASL_MECHANISM = 33, False, "The broker does not offer this SASL mechanism."
    ILLEGAL_SASL_STATE = (
        34,
        False,
        "The request does not fit the present stage of the SASL exchange.",
    )
    UNSUPPORTED_VERSION = 35, False, "The broker does not serve this version of the API."
    TOPIC_ALREADY_EXISTS = 36, False, "A topic of this name exists already."
    INVALID_PARTITIONS = 37, False, "The number of partitions is not acceptable."
    INVALID_REPLICATION_FACTOR = (
        38,
        False,
        "The replication factor is below one or above the number of brokers.",
    )
    INVALID_REPLICA_ASSIGNMENT = (
        39,
        False,
        "The replica assignment contradicts itself or names unknown brokers.",
    )
    INVALID_CONFIG = 40, False, "A configuration key is unknown or its value is not legal."
    NOT_CONTROLLER = 41, True, "Another node is the controller."
    INVALID_REQUEST = 42, False, "The request is well formed but contradicts the protocol."
    UNSUPPORTED_FOR_MESSAGE_FORMAT = (
        43,
        False,
        "The record format in use cannot express what is asked for.",
    )
    POLICY_VIOLATION = 44, False, "A policy that the operator configured forbids this."
    OUT_OF_ORDER_SEQUENCE_NUMBER = (
        45,
        False,
        "The producer's sequence numbers have a gap: an earlier batch is missing.",
    )
    DUPLICATE_SEQUENCE_NUMBER = (
        46,
        False,
        "The producer's batch is older than those the broker still remembers.",
    )
    INVALID_PRODUCER_EPOCH = 47, False, "The producer uses an epoch that has been superseded."
    INVALID_TXN_STATE = 48, False, "The transaction is not in a state that allows this step."
    INVALID_PRODUCER_ID_MAPPING = (
        49,
        False,
        "The producer id is not the one that belongs to this transactional id.",
    )
    INVALID_TRANSACTION_TIMEOUT = (
        50,
        False,
        "The transaction timeout is above `transaction.max.timeout.ms`.",
    )
    CONCURRENT_TRANSACTIONS = (
        51,
        True,
        "An earlier step of this transaction is still being completed; try again.",
    )
    TRANSACTION_COORDINATOR_FENCED = (
        52,
        False,
        "The markers come from a coordinator that no longer owns the transaction.",
    )
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED = (
        53,
        False,
        "The principal may not use this transactional id.",
    )
    SECURITY_DISABLED = 54, False, "The broker runs without the authorizer that this request needs."
    OPERATION_NOT_ATTEMPTED = (
        55,
        False,
        "This part of the request was not tried because another part failed.",
    )
    KAFKA_STORAGE_ERROR = (
        56,
        True,
        "The disk below the partition failed, or the partition is offline because it did.",
    )
    LOG_DIR_NOT_FOUND = 57, False, "The broker has no such log directory."
    SASL_AUTHENTICATION_FAILED = 58, False, "The credentials were refused."
    UNKNOWN_PRODUCER_ID = 59, False, "The broker remembers nothing about this producer id."
    REASSIGNMENT_IN_PROGRESS = 60, False, "The partition is being moved already."
    DELEGATION_TOKEN_AUTH_DISABLED = 61, False, "Delegation tokens are switched off on this broker."
    DELEGATION_TOKEN_NOT_FOUND = 62, False, "The broker knows no such delegation token."
    DELEGATION_TOKEN_OWNER_MISMATCH = (
        63,
        False,
        "The principal neither owns the delegation token nor may renew it.",
    )
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED = (
        64,
        False,
        "Delegation tokens are not handed out over this kind of connection.",
    )
    DELEGATION_TOKEN_AUTHORIZATION_FAILED = (
        65,
        False,
        "The principal may not do this with the delegation token.",
    )
    DELEGATION_TOKEN_EXPIRED = 66, False, "The delegation token is past its expiry time."
    INVALID_PRINCIPAL_TYPE = 67, False, "The principal is of a type that is not supported here."
    NON_EMPTY_GROUP = 68, False, "The group still has members."
    GROUP_ID_NOT_FOUND = 69, False, "There is no group with this id."
    FETCH_SESSION_ID_NOT_FOUND = (
        70,
        True,
        "The broker has no such fetch session, perhaps because it was evicted.",
    )
    INVALID_FETCH_SESSION_EPOCH = (
        71,
        True,
        "The request does not follow the last one of its fetch session.",
    )
    LISTENER_NOT_FOUND = (
        72,
        True,
        "The leader has no listener that matches the one this client uses.",
    )
    TOPIC_DELETION_DISABLED = 73, False, "The broker is configured not to delete topics."
    FENCED_LEADER_EPOCH = 74, True, "The client knows an older leader epoch than the broker."
    UNKNOWN_LEADER_EPOCH = 75, True, "The client knows a newer leader epoch than the broker."
    UNSUPPORTED_COMPRESSION_TYPE = (
        76,
        False,
        "The client's version of the protocol cannot carry the codec of these records.",
    )
    STALE_BROKER_EPOCH = (
        77,
        False,
        "The request carries the epoch of an earlier start of the broker.",
    )
    OFFSET_NOT_AVAILABLE = 78, True, "A new leader does not know yet how far the log is committed."
    MEMBER_ID_REQUIRED = (
        79,
        False,
        "The member must join again with the id that this response gives it.",
    )
    PREFERRED_LEADER_NOT_AVAILABLE = (
        80,
        True,
        "The preferred leader is not up, so it cannot be elected.",
    )
    GROUP_MAX_SIZE_REACHED = 81, False, "The group has as many members as the broker allows."
    FENCED_INSTANCE_ID = 82, False, "Another member has taken over this group instance id."
    ELIGIBLE_LEADERS_NOT_AVAILABLE = 83, True, "No replica that could become leader is up."
    ELECTION_NOT_NEEDED = (
        84,
        True,
        "The partition already has the leader that the election would give it.",
    )
    NO_REASSIGNMENT_IN_PROGRESS = (
        85,
        False,
        "The partition is not being moved, so there is nothing to cancel.",
    )
    GROUP_SUBSCRIBED_TO_TOPIC = (
        86,
        False,
        "The group consumes the topic, so its offsets cannot be deleted.",
    )
    INVALID_RECORD = (
        87,
        False,
        "The broker's validation refused a record, for example for a missing key.",
    )
    UNSTABLE_OFFSET_COMMIT = 88, True, "A transaction that commits this offset is still open."
    THROTTLING_QUOTA_EXCEEDED = (
        89,
        True,
        "A quota on changes is used up; try again after the throttle time.",
    )
    PRODUCER_FENCED = 90, False, "A newer producer with the same transactional id has taken over."
    RESOURCE_NOT_FOUND = 91, False, "The request names a resource that does not exist."
    DUPLICATE_RESOURCE = 92, False, "The request names the same resource twice."
    UNACCEPTABLE_CREDENTIAL = 93, False, "The credential does not meet the broker's requirements."
    INCONSISTENT_VOTER_SET = (
        94,
        False,
        "Sender and receiver disagree about who votes in the quorum.",
    )
    INVALID_UPDATE_VERSION = 95, False, "The feature version asked for is not a legal one."
    FEATURE_UPDATE_FAILED = 96, False, "The feature levels could not be changed."
    PRINCIPAL_DESERIALIZATION_FAILURE = (
        97,
        False,
        "A forwarded request carries a principal that cannot be read.",
    )
    SNAPSHOT_NOT_FOUND = 98, False, "There is no such snapshot of the metadata log."
    POSITION_OUT_OF_RANGE = 99, False, "The position lies outside the snapshot."
    UNKNOWN_TOPIC_ID = 100, True, "There is no topic with this id on this broker."
    DUPLICATE_BROKER_REGISTRATION = 101, False, "Another live broker is registered under this id."
    BROKER_ID_NOT_REGISTERED = 102, False, "No broker is registered under this id."
    INCONSISTENT_TOPIC_ID = (
        103,
        True,
        "The topic id in the request is not the one the log was created with.",
    )
    INCONSISTENT_CLUSTER_ID = 104, False, "The request is meant for another cluster."
    TRANSACTIONAL_ID_NOT_FOUND = 105, False, "The coordinator knows no such transactional id."
    FETCH_SESSION_TOPIC_ID_ERROR = 106, True, "The fetch session mixes topic names and topic ids."
    INELIGIBLE_REPLICA = 107, False, "A replica proposed for the in-sync set may not be in it."
    NEW_LEADER_ELECTED = (
        108,
        False,
        "The partition was changed as asked, and got another leader by that.",
    )
    OFFSET_MOVED_TO_TIERED_STORAGE = (
        109,
        False,
        "The offset is no longer on this broker but in remote storage.",
    )
    FENCED_MEMBER_EPOCH = (
        110,
        False,
        "The member's epoch is not the group's; it must give up its partitions and rejoin.",
    )
    UNRELEASED_INSTANCE_ID = (
        111,
        False,
        "Another member still uses this group instance id and must leave first.",
    )
    UNSUPPORTED_ASSIGNOR = (
        112,
        False,
        "The group does not support the assignor that the member asks for.",
    )
    STALE_MEMBER_EPOCH = (
        113,
        False,
        "The member uses an old epoch; it learns the new one with its next heartbeat.",
    )
    MISMATCHED_ENDPOINT_TYPE = (
        114,
        False,
        "The request was sent to a broker's listener but meant for a controller's, or the reverse.",
    )
    UNSUPPORTED_ENDPOINT_TYPE = 115, False, "This kind of endpoint cannot be described."
    UNKNOWN_CONTROLLER_ID = 116, False, "No controller has this id."
    UNKNOWN_SUBSCRIPTION_ID = (
        117,
        False,
        "The client pushes telemetry for a subscription that is not current.",
    )
    TELEMETRY_TOO_LARGE = 118, False, "The pushed telemetry is larger than the broker accepts."
    INVALID_REGISTRATION = 119, False, "The controller refuses the registration of this broker."
    TRANSACTION_ABORTABLE = (
        120,
        False,
        "The transaction cannot be committed, but aborting it lets the producer go on.",
    )
    INVALID_RECORD_STATE = (
        121,
        False,
        "A shared record is not in a state in which it can be acknowledged so.",
    )
    SHARE_SESSION_NOT_FOUND = 122, True, "The broker has no such share session."
    INVALID_SHARE_SESSION_EPOCH = (
        123,
        True,
        "The request does not follow the last one of its share session.",
    )
    FENCED_STATE_EPOCH = 124, False, "The state epoch of the share group has been superseded."
    INVALID_VOTER_KEY = (
        125,
        False,
        "The voter's id and directory do not match those of the receiver.",
    )
    DUPLICATE_VOTER = 126, False, "The voter is already part of the quorum."
    VOTER_NOT_FOUND = 127, False, "The voter is not part of the quorum."
    INVALID_REGULAR_EXPRESSION = (
        128,
        False,
        "The regular expression of a subscription cannot be compiled.",
    )
    REBOOTSTRAP_REQUIRED = (
        129,
        False,
        "The client's metadata is too old; it should start over from its bootstrap servers.",
    )
    STREAMS_INVALID_TOPOLOGY = 130, False, "The topology of a streams group contradicts itself."
    STREAMS_INVALID_TOPOLOGY_EPOCH = (
        131,
        False,
        "The topology epoch of a streams group is not a legal one.",
    )
    STREAMS_TOPOLOGY_FENCED = (
        132,
        False,
        "The member uses an older topology than its streams group.",
    )
    SHARE_SESSION_LIMIT_REACHED = 133, True, "The broker has as many share sessions as it allows."
