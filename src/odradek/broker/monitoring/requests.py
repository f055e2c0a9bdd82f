"""Requests by API, how clients are connected, and what waits."""

from collections.abc import Iterator

from odradek.broker.monitoring.family import (
    Family,
    MetricType,
    Sample,
    Theme,
    counter,
    gauge,
    labelled_counter,
    labelled_gauge,
    summary_samples,
)
from odradek.broker.runtime import Broker
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode

LISTENER = "PLAINTEXT"


def _request_name(api_key: int) -> str:
    """Kafka's name of a request: OFFSET_FOR_LEADER_EPOCH is OffsetForLeaderEpoch."""
    return ApiKey(api_key).name.title().replace("_", "")


def _error_name(error_code: int) -> str:
    try:
        return ErrorCode(error_code).name
    except ValueError:
        return str(error_code)


def _counts(broker: Broker) -> Iterator[Sample]:
    for (api_key, version), count in sorted(broker.request_meters.counts.items()):
        yield Sample((_request_name(api_key), str(version)), count)


def _errors(broker: Broker) -> Iterator[Sample]:
    for (api_key, error_code), count in sorted(broker.request_meters.errors.items()):
        yield Sample((_request_name(api_key), _error_name(error_code)), count)


def _durations(broker: Broker) -> Iterator[Sample]:
    for api_key, durations in sorted(broker.request_meters.durations.items()):
        yield from summary_samples((_request_name(api_key),), durations)


def _refused(broker: Broker) -> Iterator[Sample]:
    for setting, count in sorted(broker.connection_meter.refused.items()):
        yield Sample((setting,), count)


def _open_connections(broker: Broker) -> Iterator[Sample]:
    meter = broker.connection_meter
    yield Sample((LISTENER,), meter.accepted - meter.closed)


def _waiting(broker: Broker) -> Iterator[Sample]:
    yield Sample(("Fetch",), len(broker.purgatory))
    yield Sample(("Produce",), sum(len(each.sync_waiters) for each in broker.partitions))


THEMES = (
    Theme(
        "Requests",
        (
            labelled_counter(
                "kafka_network_requestmetrics_requests_total",
                "Requests by API and version.",
                ("request", "version"),
                _counts,
            ),
            labelled_counter(
                "kafka_network_requestmetrics_errors_total",
                "Error codes in answers by API, one for each place in an answer that has one; "
                "success is not counted.",
                ("request", "error"),
                _errors,
            ),
            Family(
                "kafka_network_requestmetrics_totaltimems",
                MetricType.SUMMARY,
                "Milliseconds from a request's arrival to its answer by API, waiting included: "
                "quantiles of the newest 512 that were timed. Of plain Produce requests one in "
                "sixteen is timed, of all others every one.",
                ("request", "quantile"),
                _durations,
            ),
        ),
    ),
    Theme(
        "Connections",
        (
            labelled_gauge(
                "kafka_server_socket_server_metrics_connection_count",
                "Open connections of clients.",
                ("listener",),
                _open_connections,
            ),
            counter(
                "kafka_server_socket_server_metrics_connection_creation_total",
                "Connections accepted.",
                lambda broker: broker.connection_meter.accepted,
            ),
            counter(
                "kafka_server_socket_server_metrics_connection_close_total",
                "Connections closed, by whichever side.",
                lambda broker: broker.connection_meter.closed,
            ),
            labelled_counter(
                "odradek_broker_connections_refused_total",
                "Connections turned away or closed by the setting that says so.",
                ("setting",),
                _refused,
            ),
        ),
    ),
    Theme(
        "What waits",
        (
            labelled_gauge(
                "kafka_server_delayedoperationpurgatory_purgatorysize",
                "Waiting requests, counted for every partition they wait for: fetches for records, "
                "appends for the disk.",
                ("delayedOperation",),
                _waiting,
            ),
            gauge(
                "odradek_broker_request_memory_bytes",
                "Bytes that buffers for requests under way have claimed, beyond the 16 KiB of each "
                "connection; bounded by `queued.max.request.bytes`.",
                lambda broker: broker.request_memory.claimed_bytes,
            ),
            gauge(
                "kafka_server_fetchsessioncache_numincrementalfetchsessions",
                "Fetch sessions that are remembered.",
                lambda broker: len(broker.fetch_sessions),
            ),
            Family(
                "kafka_log_logflushstats_logflushrateandtimems",
                MetricType.SUMMARY,
                "Milliseconds of a round of disk syncs; one round serves many appends.",
                ("quantile",),
                lambda broker: summary_samples((), broker.syncer.durations),
            ),
        ),
    ),
)
