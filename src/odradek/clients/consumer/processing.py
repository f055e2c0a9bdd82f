"""A function for each record: tried again after a while, then a dead letter, and on to the next.

    with Consumer(kafka, "billing", ["orders"]) as consumer, DeadLetterTopics(...) as letters:
        process(consumer, bill, dead_letters=letters)

Invariants:
- A record is committed only when the function has returned for it, or its letter is acknowledged
  by every in-sync replica: neither a failure nor a crash loses it. A crash may process it again.
- The order of a partition is kept: what comes behind a failing record waits for it. Hence there is
  a bound on the waiting, well below the time after which a group gives its member up.
- Bytes that cannot be decoded are not tried again.

Without `dead_letters` the last failure is raised, and the record comes again after a restart.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from odradek.clients.consumer.consumer import Consumer
from odradek.clients.consumer.record import ConsumedRecord
from odradek.clients.dead_letter.headers import enclose
from odradek.clients.dead_letter.letter import (
    SUFFIX,
    Letter,
    PlainRecord,
    Stage,
    dead_letter_topic,
    failure_of,
)
from odradek.clients.dead_letter.topic import DeadLetterTopics, wall_clock_ms
from odradek.clients.errors import InvalidSetting
from odradek.clients.serializers import SerializationError

LONGEST_WAIT_S = 240.0
"""For one record; max.poll.interval.ms is 300 seconds unless set otherwise."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often a record is tried, and how long is waited in between: doubled each time.

    `permanent` are exceptions that would come again. Raises InvalidSetting.
    """

    attempts: int = 5
    first_delay_s: float = 0.5
    longest_delay_s: float = 30.0
    permanent: tuple[type[Exception], ...] = ()

    def __post_init__(self) -> None:
        waited_s = sum(self.delays_s())
        if self.attempts < 1:
            raise InvalidSetting(f"{self.attempts} attempts process nothing: 1 or more do")
        if waited_s > LONGEST_WAIT_S:
            raise InvalidSetting(
                f"{self.attempts} attempts wait {waited_s:.0f} s for one record, and after more"
                f" than {LONGEST_WAIT_S:.0f} s the group may give its member up: try less often"
            )

    def delays_s(self) -> Iterator[float]:
        """The wait before each attempt but the first."""
        for attempt in range(self.attempts - 1):
            yield min(self.longest_delay_s, self.first_delay_s * 2**attempt)

    def is_permanent(self, error: Exception) -> bool:
        """Whether trying again cannot help."""
        return isinstance(error, (SerializationError, *self.permanent))


@dataclass(slots=True)
class Processed:
    """What became of the records."""

    records: int = 0
    retries: int = 0
    letters: int = 0


DEFAULT_RETRIES = RetryPolicy()


@dataclass(frozen=True, slots=True)
class LetterOptions:
    """How letters are named and written."""

    suffix: str = SUFFIX
    with_spring: bool = False
    now_ms: Callable[[], int] = wall_clock_ms


DEFAULT_LETTERS = LetterOptions()


def process(
    consumer: Consumer,
    function: Callable[[ConsumedRecord], object],
    *,
    retries: RetryPolicy = DEFAULT_RETRIES,
    dead_letters: DeadLetterTopics | None = None,
    letters: LetterOptions = DEFAULT_LETTERS,
    until: Callable[[Processed], bool] = lambda _: False,
    wait: Callable[[float], object] = time.sleep,
) -> Processed:
    """Call `function` for each record that comes, until `until(so far)` holds.

    Raises UndeliveredError when a letter cannot be written: the record is then not committed.
    """
    done = Processed()
    while not until(done):
        for record in consumer.poll(1):
            failure, attempts = _try(record, function, retries, done, wait)
            if failure is not None:
                if dead_letters is None:
                    raise failure
                dead_letters.send([_letter(record, failure, attempts, consumer.group, letters)])
                done.letters += 1
            done.records += 1
    return done


def _try(
    record: ConsumedRecord,
    function: Callable[[ConsumedRecord], object],
    retries: RetryPolicy,
    done: Processed,
    wait: Callable[[float], object],
) -> tuple[Exception | None, int]:
    """The failure that remained, if one did, and after how many attempts."""
    delays_s: Sequence[float] = list(retries.delays_s())
    for attempt in range(1, retries.attempts + 1):
        try:
            function(record)
        except Exception as error:  # noqa: BLE001 - whatever the application's function raises
            if retries.is_permanent(error) or attempt == retries.attempts:
                return error, attempt
            done.retries += 1
            wait(delays_s[attempt - 1])
        else:
            return None, attempt
    raise AssertionError("the last attempt returns")


def _letter(
    record: ConsumedRecord, error: Exception, attempts: int, group: str, options: LetterOptions
) -> PlainRecord:
    original = PlainRecord(
        record.topic,
        record.raw_key,
        record.raw_value,
        record.headers,
        record.timestamp_ms,
        record.partition,
    )
    failure = failure_of(
        error,
        _stage(record, error),
        attempts=attempts,
        group=group,
        failed_at_ms=options.now_ms(),
    )
    return enclose(
        Letter(original, failure, record.offset),
        dead_letter_topic(record.topic, options.suffix),
        with_spring=options.with_spring,
    )


def _stage(record: ConsumedRecord, error: Exception) -> Stage:
    if not isinstance(error, SerializationError):
        return Stage.TASK_PUT
    try:
        _ = record.key
    except SerializationError:
        return Stage.KEY_CONVERTER
    return Stage.VALUE_CONVERTER
