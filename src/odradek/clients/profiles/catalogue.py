"""The seven profiles. Every value stands beside its reason; `odradek profile show` prints them.

Invariants:
- Keys land where Java puts them: `partitioner` is murmur2_random everywhere and fixed.
- Nobody creates a topic by a typing error: `allow.auto.create.topics` is off and fixed.
- But for `lossy` and `leader`, which say so, every profile is idempotent with acks=all: retries
  neither lose, duplicate nor reorder.
"""

from collections.abc import Mapping

from odradek.clients.profiles.profile import Profile, ProfileSetting, Value


def _fixed(name: str, value: Value, reason: str) -> ProfileSetting:
    return ProfileSetting(name, value, reason, is_fixed=True)


_EVERYWHERE = (
    _fixed(
        "partitioner",
        "murmur2_random",
        "keys land where Java puts them; librdkafka's own choice differs for most keys",
    ),
    _fixed(
        "allow.auto.create.topics",
        False,
        "a misspelled topic is an error, not a new topic that nobody reads",
    ),
    ProfileSetting(
        "message.max.bytes",
        104_857_600,
        "out of the way: a record is checked against its own topic's max.message.bytes instead",
    ),
    ProfileSetting(
        "statistics.interval.ms", 5000, "what stats() shows is at most this old; costs nothing else"
    ),
    ProfileSetting(
        "socket.keepalive.enable", True, "a dead peer is noticed, also behind a firewall"
    ),
    ProfileSetting(
        "reconnect.backoff.max.ms",
        1000,
        "Java's: librdkafka's ten seconds delay a recovery, and what is told of timed out records",
    ),
    ProfileSetting(
        "metadata.recovery.strategy",
        "none",
        "librdkafka's rebootstrap can leave a transaction's offsets waiting for ever once all"
        " brokers were down (its issue 5511); known addresses are tried for ever anyway",
    ),
)

_ATTEMPTS = ProfileSetting(
    "retries",
    99,
    "after 100 attempts a record has failed: a broker that says no so often means it; an election,"
    " or nobody to ask, is not an attempt",
)
_PATIENT_ATTEMPTS = (
    _ATTEMPTS,
    ProfileSetting(
        "retry.backoff.max.ms",
        3000,
        "so 100 attempts last as long as the delivery may; the first come within 100 ms as ever",
    ),
)

_IDEMPOTENT = (
    _fixed("acks", "all", "a record counts as delivered once every in-sync replica has it"),
    _fixed("enable.idempotence", True, "the broker drops what a retry repeats and keeps the order"),
    ProfileSetting(
        "max.in.flight.requests.per.connection",
        5,
        "the most whose order the broker can restore; five hide the network's latency",
    ),
)


def _batching(
    linger_ms: int, batch_bytes: int, compression: str, why: tuple[str, str, str]
) -> tuple[ProfileSetting, ...]:
    values: dict[str, Value] = {
        "linger.ms": linger_ms,
        "batch.size": batch_bytes,
        "compression.type": compression,
    }
    return tuple(
        ProfileSetting(name, value, reason)
        for (name, value), reason in zip(values.items(), why, strict=True)
    )


def _limits(
    delivery_ms: int, records: int, queue_kib: int, why_delivery: str
) -> tuple[ProfileSetting, ...]:
    return (
        ProfileSetting("delivery.timeout.ms", delivery_ms, why_delivery),
        ProfileSetting(
            "queue.buffering.max.messages",
            records,
            "what may wait in this process before a sender feels back-pressure",
        ),
        ProfileSetting("queue.buffering.max.kbytes", queue_kib, "the same limit in memory (KiB)"),
    )


LOSSY = Profile(
    name="lossy",
    purpose="Telemetry that is worth less than the wait for it: fire and forget.",
    promise="At most once: records may be lost without anybody noticing, none is duplicated.",
    settings=(
        _fixed("acks", 0, "no answer is awaited; delivered means written to a socket"),
        _fixed("enable.idempotence", False, "there is no answer that could be repeated"),
        _fixed("retries", 0, "a retry could duplicate, and this profile never does"),
        ProfileSetting("max.in.flight.requests.per.connection", 1_000_000, "nothing is waited for"),
        *_batching(
            20,
            1_000_000,
            "lz4",
            ("few, full requests", "as much as a request holds", "costs little, saves the network"),
        ),
        *_limits(10_000, 200_000, 65_536, "old telemetry is worthless"),
        *_EVERYWHERE,
    ),
    when_full="drop",
)

LEADER = Profile(
    name="leader",
    purpose="What can be had again, where the wait for replicas costs too much.",
    promise=(
        "At least once while the leader lives; what it alone had acknowledged is lost when it dies"
        " before its followers have it."
    ),
    settings=(
        _fixed("acks", 1, "the leader alone has stored it, in memory"),
        _fixed("enable.idempotence", False, "idempotence needs acks=all"),
        ProfileSetting(
            "max.in.flight.requests.per.connection",
            1,
            "without idempotence more would let a retry overtake",
        ),
        _ATTEMPTS,
        *_batching(
            10,
            1_000_000,
            "lz4",
            ("a small wait makes batches", "as much as a request holds", "cheap to compress"),
        ),
        *_limits(120_000, 100_000, 262_144, "longer than an election, shorter than an outage"),
        *_EVERYWHERE,
    ),
)

SYNC = Profile(
    name="sync",
    purpose="Commands, one after another, each answered before the next: low latency.",
    promise="The caller gets the offset or an error; retries neither duplicate nor reorder.",
    settings=(
        *_IDEMPOTENT,
        _ATTEMPTS,
        *_batching(
            0,
            262_144,
            "none",
            (
                "a waiting caller is not helped by waiting for company",
                "batches form under load alone",
                "one record hardly compresses",
            ),
        ),
        *_limits(30_000, 20_000, 65_536, "a caller waits for it; it outlives an election"),
        *_EVERYWHERE,
    ),
)

ASYNC = Profile(
    name="async",
    purpose="The default: many records, each with a receipt.",
    promise=(
        "Acknowledged records are on every in-sync replica, in the order of sending, and once,"
        " while no delivery times out."
    ),
    settings=(
        *_IDEMPOTENT,
        _ATTEMPTS,
        *_batching(
            10,
            1_000_000,
            "lz4",
            (
                "10 ms make full batches and are not noticed",
                "as much as a request holds",
                "faster than the network it saves",
            ),
        ),
        *_limits(120_000, 100_000, 262_144, "longer than an election or a restart of a broker"),
        *_EVERYWHERE,
    ),
)

BULK = Profile(
    name="bulk",
    purpose="Loads and copies: throughput alone counts.",
    promise="As async, later and in larger batches.",
    settings=(
        *_IDEMPOTENT,
        *_PATIENT_ATTEMPTS,
        *_batching(
            100,
            1_000_000,
            "zstd",
            (
                "nobody waits for a single record",
                "as much as a topic takes by default",
                "smallest on the wire and on disk",
            ),
        ),
        *_limits(300_000, 500_000, 524_288, "a load outlasts an outage of minutes"),
        *_EVERYWHERE,
    ),
)

ORDERED = Profile(
    name="ordered",
    purpose="Changes of things that have a key, where a later one must never be overtaken.",
    promise=(
        "Per key the order of sending, also through retries: once a record of a partition failed,"
        " what was sent after it fails, too, or stands behind a gap, never before it."
    ),
    settings=(
        *_IDEMPOTENT,
        *_PATIENT_ATTEMPTS,
        *_batching(
            5,
            1_000_000,
            "lz4",
            ("changes are waited for", "as much as a request holds", "cheap to compress"),
        ),
        *_limits(300_000, 100_000, 262_144, "a gap is worse than a wait"),
        *_EVERYWHERE,
    ),
    requires_keys=True,
)

EOS = Profile(
    name="eos",
    purpose="Reading, transforming and writing so that each input counts once.",
    promise=(
        "Exactly once to readers of committed data: a transaction's records and offsets all become"
        " visible, or none does."
    ),
    settings=(
        *_IDEMPOTENT,
        _ATTEMPTS,
        *_batching(
            10,
            1_000_000,
            "lz4",
            ("a commit sends what lingers", "as much as a request holds", "cheap to compress"),
        ),
        ProfileSetting(
            "transaction.timeout.ms",
            60_000,
            "after this the broker aborts what a dead producer left open, and readers go on",
        ),
        *_limits(60_000, 100_000, 262_144, "no longer than the transaction that waits for it"),
        *_EVERYWHERE,
    ),
    is_transactional=True,
)

PROFILES: Mapping[str, Profile] = {
    profile.name: profile for profile in (LOSSY, LEADER, SYNC, ASYNC, BULK, ORDERED, EOS)
}
DEFAULT_PROFILE = ASYNC.name
