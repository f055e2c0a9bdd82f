"""The topic `_schemas`: who writes, and what was read so far.

Who wants to write opens a transactional producer, which fences all others, and writes a record that
tells everybody its address: the *claim*. Having read its own claim, it has read everything that
those before it wrote, and nothing of theirs can follow. The last claim in the topic is the
writer's; the other instances send their writes there, and take over when nobody answers. Before an
instance takes over it reads to the end, or it would not know of a claim that is there. So the topic
alone decides, and there is no election that could disagree with it. A claim names its topic:
one that was copied along from another counts for nothing.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaException

from odradek.clients.kafka_config import KafkaConfig
from odradek.event_log import get_logger
from odradek.registry.errors import ErrorCode, RegistryError, StartupError
from odradek.registry.log.interface import Apply, Claim, TooLarge, WrittenElsewhere
from odradek.registry.log.reader import CLAIM_HEADERS, Batch, Reader
from odradek.registry.log.topic import last_offset, prepare_topic
from odradek.registry.log.writer import Fenced, NotWritten, Writer
from odradek.registry.state.codec import Written, encode
from odradek.registry.state.records import NoopRecord

logger = get_logger(__name__)

PROGRESS_EVERY_RECORDS = 10_000
QUESTION_TIMEOUT_S = 5.0
"""A client that is new to the cluster sometimes needs a second before it asks anything."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the log is, and how long Kafka may take."""

    kafka: KafkaConfig
    topic: str = "_schemas"
    replication_factor: int = 3
    transactional_id: str = "odradek-schema-registry"
    timeout_s: float = 10.0
    start_timeout_s: float = 60.0


class KafkaLog:
    """One instance's view of the topic; `life` tells its claims from those of an earlier
    process."""

    def __init__(self, place: Place, life: str) -> None:
        self._place = place
        self._life = life
        self.address = ""
        """Where this instance answers other instances; known once it listens."""
        self.fault: str | None = None
        self._apply: Apply | None = None
        self._reader: Reader | None = None
        self._writer: Writer | None = None
        self._claim: Claim | None = None
        self._cluster_id = ""
        self._read_up_to = -1
        self._count = 0
        self._read = asyncio.Event()
        """Set, and replaced, with every batch."""
        self._is_at_end = asyncio.Event()

    async def start(self, apply: Apply) -> None:
        self._apply = apply
        self._cluster_id = await prepare_topic(
            self._place.kafka, self._place.topic, self._place.replication_factor
        )
        self._reader = Reader(self._place.kafka, self._place.topic, self._take_in)
        try:
            async with asyncio.timeout(self._place.start_timeout_s):
                await self._is_at_end.wait()
        except TimeoutError:
            raise StartupError(
                f"the topic {self._place.topic} was not read to its end within"
                f" {self._place.start_timeout_s:g} s: raise registry.kafkastore.init.timeout.ms"
            ) from None
        if self.fault is not None:
            raise StartupError(self.fault)
        logger.info("schemas are read", topic=self._place.topic, records=self._count)

    async def stop(self) -> None:
        if self._writer is not None and self.is_leading:
            await self._writer.end_plainly()
        if self._reader is not None:
            await self._reader.stop()
        self._drop_writer()

    async def cluster_id(self) -> str:
        return self._cluster_id

    @property
    def claim(self) -> Claim | None:
        """Who writes, as far as was read."""
        return self._claim

    @property
    def is_leading(self) -> bool:
        return self._writer is not None and self._is_own(self._claim)

    async def lead(self, *, instead_of: Claim | None = None) -> None:
        if self.is_leading:
            return
        self._require_no_other(instead_of)
        await self._read_to_the_end()
        self._require_no_other(instead_of)
        self._drop_writer()
        try:
            await self._take_over()
        except (Fenced, NotWritten) as error:
            self._drop_writer()
            raise _unavailable(str(error)) from error
        except RegistryError:
            self._drop_writer()
            raise

    async def write(self, records: Sequence[Written]) -> None:
        writer = self._writer
        if writer is None:
            raise _unavailable("this instance does not write")
        try:
            await self._wait_until_read(await writer.write(records))
        except Fenced:
            self._drop_writer()
            raise WrittenElsewhere(await self._next_claim()) from None
        except NotWritten as error:
            self._drop_writer()
            raise _unavailable(str(error)) from error
        except (TooLarge, RegistryError):
            # What was not read back is not known: the next change is decided after a new claim.
            self._drop_writer()
            raise

    def _require_no_other(self, instead_of: Claim | None) -> None:
        claim = self._claim
        if claim is not None and claim.address != self.address and claim != instead_of:
            raise WrittenElsewhere(claim)

    async def _read_to_the_end(self) -> None:
        """Whoever writes has told so before now, and an instance that is behind would not know."""
        place = self._place
        try:
            timeout_s = max(place.timeout_s, QUESTION_TIMEOUT_S)
            last = await last_offset(place.kafka, place.topic, timeout_s)
        except (KafkaException, TimeoutError) as error:
            raise _unavailable(f"it does not tell where the topic ends: {error}") from error
        # The last may be a marker; behind a claim there always is one.
        await self._wait_until_read(last - 1)

    async def _take_over(self) -> None:
        place = self._place
        writer = Writer(place.kafka, place.topic, place.transactional_id, place.timeout_s)
        self._writer = writer
        await writer.open()
        told = (self.address, self._life, self._topic_of_claims)
        headers = dict(zip(CLAIM_HEADERS, told, strict=True))
        await self._wait_until_read(await writer.write([encode(NoopRecord())], headers))
        logger.info("this instance writes", topic=place.topic)

    async def _next_claim(self) -> Claim:
        """The claim of whoever fenced this instance."""
        await self._until(lambda: self._claim is not None and not self._is_own(self._claim))
        assert self._claim is not None  # noqa: S101 - just waited for
        return self._claim

    async def _wait_until_read(self, offset: int) -> None:
        await self._until(lambda: self._read_up_to >= offset)

    async def _until(self, holds: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(self._place.timeout_s):
                while not holds():
                    await self._read.wait()
        except TimeoutError:
            raise RegistryError(
                ErrorCode.TIMEOUT,
                f"the topic {self._place.topic} was not read back within"
                f" {self._place.timeout_s:g} s: ask again, it may have been written",
            ) from None

    def _take_in(self, batch: Batch) -> None:
        assert self._apply is not None  # noqa: S101 - set before the reader
        for entry in batch.entries:
            self._apply(entry.written, entry.timestamp_ms)
            if entry.claim is not None and entry.claim.topic == self._topic_of_claims:
                self._claim = entry.claim
            self._count += 1
            if self._count % PROGRESS_EVERY_RECORDS == 0 and not self._is_at_end.is_set():
                logger.info("reading schemas", records=self._count)
        self._read_up_to = max(self._read_up_to, batch.read_up_to)
        self.fault = batch.fault or self.fault
        if batch.is_at_end or batch.fault is not None:
            self._is_at_end.set()
        self._read.set()
        self._read = asyncio.Event()

    @property
    def _topic_of_claims(self) -> str:
        return f"{self._cluster_id}/{self._place.topic}"

    def _is_own(self, claim: Claim | None) -> bool:
        return claim is not None and claim.life == self._life

    def _drop_writer(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _unavailable(reason: str) -> RegistryError:
    return RegistryError(
        ErrorCode.STORE, f"Kafka did not take the write, and nothing is promised of it: {reason}"
    )
