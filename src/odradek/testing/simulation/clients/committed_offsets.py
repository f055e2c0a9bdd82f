"""Asking where a group would read on."""

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.offset_fetch import (
    OffsetFetchRequest,
    OffsetFetchRequestGroup,
    OffsetFetchRequestTopics,
)
from odradek.testing.simulation.clients.client import BACKOFF_S, COME_AGAIN, SimulatedClient
from odradek.testing.simulation.history import CommittedRead, TopicPartition


async def fetch_committed(client: SimulatedClient, group: str, partition: TopicPartition) -> int:
    """OffsetFetch that waits for open transactions, noted in the history; -1 for none."""
    topic = OffsetFetchRequestTopics(name=partition[0], partition_indexes=[partition[1]])
    request = OffsetFetchRequest(
        groups=[OffsetFetchRequestGroup(group_id=group, topics=[topic])], require_stable=True
    )
    while True:
        read = CommittedRead(client.name, client.now_s, group, partition)
        answer = (await client.ask_until_answered(request, 8)).groups[0]
        error = answer.error_code or answer.topics[0].partitions[0].error_code
        if error == ErrorCode.NONE:
            break
        if error not in COME_AGAIN:
            client.fail(f"OffsetFetch of {group} was refused: {ErrorCode(error).name}")
        await client.sleep(BACKOFF_S)
    read.offset = answer.topics[0].partitions[0].committed_offset
    read.end(client.now_s)
    client.history.operations.append(read)
    return read.offset
