"""What a producer did with its records: how large its batches were, how long they lingered.

librdkafka tells every `statistics.interval.ms` (a profile's five seconds). Its averages of batches
cover one interval; here they are added up since the producer was made.
"""

from msgspec import Struct, field
from msgspec.json import decode


class ProducerStatistics(Struct, frozen=True, kw_only=True):
    """Since the producer was made, as of the last report of librdkafka; zeros before the first.

    `compression_ratio`: bytes of keys and values for each byte on the wire, whatever it carried.
    `queue_ms`: how long a record waited for company and for its turn, in the last interval.
    """

    records: int = 0
    requests: int = 0
    retries: int = 0
    batches: int = 0
    records_per_batch: float = 0.0
    bytes_per_batch: float = 0.0
    payload_bytes: int = 0
    wire_bytes: int = 0
    compression_ratio: float = 0.0
    queue_ms: float = 0.0
    round_trip_ms: float = 0.0


class _Window(Struct):
    avg: int = 0
    sum: int = 0
    cnt: int = 0


class _Broker(Struct):
    req: dict[str, int] = field(default_factory=dict)
    txretries: int = 0
    int_latency: _Window = field(default_factory=_Window)
    rtt: _Window = field(default_factory=_Window)


class _Topic(Struct):
    batchsize: _Window = field(default_factory=_Window)
    batchcnt: _Window = field(default_factory=_Window)


class _Report(Struct):
    tx_bytes: int = 0
    txmsgs: int = 0
    txmsg_bytes: int = 0
    brokers: dict[str, _Broker] = field(default_factory=dict)
    topics: dict[str, _Topic] = field(default_factory=dict)


class StatisticsKeeper:
    """Takes librdkafka's reports in and remembers what each of them tells only once."""

    def __init__(self) -> None:
        self._batches = 0
        self._batched_records = 0
        self._batched_bytes = 0
        self.latest = ProducerStatistics()

    def take(self, text: str) -> None:
        """Take in one report, which is librdkafka's JSON."""
        report = decode(text, type=_Report)
        for topic in report.topics.values():
            self._batches += topic.batchcnt.cnt
            self._batched_records += topic.batchcnt.sum
            self._batched_bytes += topic.batchsize.sum
        brokers = report.brokers.values()
        self.latest = ProducerStatistics(
            records=report.txmsgs,
            requests=sum(broker.req.get("Produce", 0) for broker in brokers),
            retries=sum(broker.txretries for broker in brokers),
            batches=self._batches,
            records_per_batch=_ratio(self._batched_records, self._batches),
            bytes_per_batch=_ratio(self._batched_bytes, self._batches),
            payload_bytes=report.txmsg_bytes,
            wire_bytes=report.tx_bytes,
            compression_ratio=_ratio(report.txmsg_bytes, report.tx_bytes),
            queue_ms=_mean_ms([broker.int_latency for broker in brokers]),
            round_trip_ms=_mean_ms([broker.rtt for broker in brokers]),
        )


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean_ms(windows_us: list[_Window]) -> float:
    return _ratio(sum(w.sum for w in windows_us), sum(w.cnt for w in windows_us)) / 1000
