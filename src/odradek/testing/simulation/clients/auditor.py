"""Prepares the topics before a run, and reads everything after it."""

from collections.abc import Mapping

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_topics import (
    CreatableTopic,
    CreatableTopicConfig,
    CreateTopicsRequest,
)
from odradek.testing.simulation.clients.client import BACKOFF_S
from odradek.testing.simulation.clients.committed_offsets import fetch_committed
from odradek.testing.simulation.clients.producers import (
    PRODUCE_VERSION,
    encode_values,
    only_answer,
    produce_request,
)
from odradek.testing.simulation.clients.reader import MAX_BYTES, FetchingClient
from odradek.testing.simulation.history import FinalLog, Read, TopicPartition, Write

DECIDED_AFTER_S = 5.0
SYNCED_AFTER_S = 1.5
"""When segments at rest are synced whatever the durability."""
CLEANED_AFTER_S = 3.0
CREATED = (ErrorCode.NONE, ErrorCode.TOPIC_ALREADY_EXISTS)


class Auditor(FetchingClient):
    """Nobody disturbs it."""

    async def create_topic(self, name: str, partitions: int, configs: Mapping[str, object]) -> None:
        topic = CreatableTopic(
            name=name,
            num_partitions=partitions,
            replication_factor=1,
            configs=[
                CreatableTopicConfig(name=name, value=str(value)) for name, value in configs.items()
            ],
        )
        answer = await self.ask_until_answered(CreateTopicsRequest(topics=[topic]), 7)
        if answer.topics[0].error_code not in CREATED:
            self.fail(f"topic {name} was not created: {answer.topics[0].error_message}")

    async def have_cleaned(self, tables: list[TopicPartition], segment_ms: int) -> None:
        """Let everything that is in the tables be cleaned twice, with its tombstones' time between.

        A segment is cleaned once there is a next one, and a log again once there is something new:
        that is what is written here.
        """
        for round_ in range(2):
            await self.sleep(segment_ms / 1000 + SYNCED_AFTER_S)
            for partition in tables:
                table = self.history.tables[partition]
                write = await self._write(partition, f"end=auditor:{round_}")
                if not round_:
                    table.cleaned_offset = write.base_offset
            await self.sleep(CLEANED_AFTER_S + table.delete_retention_s)

    async def _write(self, partition: TopicPartition, text: str) -> Write:
        write = Write(self.name, self.now_s, partition, (text,), False, True)
        self.history.operations.append(write)
        request = produce_request(partition, encode_values([text], int(self.now_s * 1000)))
        while not write.is_done:
            answer = only_answer(await self.ask_until_answered(request, PRODUCE_VERSION))
            if answer is not None and answer.error_code == ErrorCode.NONE:
                write.base_offset = answer.base_offset
                write.end(self.now_s)
            else:
                await self.sleep(BACKOFF_S)
        return write

    async def audit(self, partitions: list[TopicPartition], groups: list[str]) -> None:
        """Read all logs twice, and all committed offsets."""
        final = {}
        for partition in partitions:
            await self._await_decisions(partition)
            everything = await self._read_all(partition, is_committed_only=False)
            committed = await self._read_all(partition, is_committed_only=True)
            final[partition] = FinalLog(
                records=[record for read in everything for record in read.records],
                committed=[record for read in committed for record in read.records],
                high_watermark=everything[-1].high_watermark,
                last_stable_offset=everything[-1].last_stable_offset,
            )
        self.history.final = final
        for group in groups:
            for partition in partitions:
                await fetch_committed(self, group, partition)

    async def _await_decisions(self, partition: TopicPartition) -> None:
        """After a restart the markers of decided transactions follow within moments."""
        deadline_s = self.now_s + DECIDED_AFTER_S
        while self.now_s < deadline_s:
            read = await self.fetch(partition, 0, is_committed_only=False)
            if read is not None and read.last_stable_offset == read.high_watermark:
                return
            await self.sleep(BACKOFF_S)

    async def _read_all(self, partition: TopicPartition, *, is_committed_only: bool) -> list[Read]:
        reads: list[Read] = []
        offset = 0
        while True:
            read = await self.fetch(
                partition, offset, is_committed_only=is_committed_only, max_bytes=MAX_BYTES[-1]
            )
            if read is None:
                continue
            reads.append(read)
            if read.next_offset == offset:
                return reads
            offset = read.next_offset
