"""Replicas led, moved and looked at: ElectLeaders, both APIs of reassignments, log directories,
DescribeProducers."""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.alter_partition_reassignments import (
    AlterPartitionReassignmentsRequest,
    ReassignablePartition,
    ReassignableTopic,
)
from odradek.protocol.messages.alter_replica_log_dirs import (
    AlterReplicaLogDir,
    AlterReplicaLogDirsRequest,
    AlterReplicaLogDirTopic,
)
from odradek.protocol.messages.describe_log_dirs import (
    DescribableLogDirTopic,
    DescribeLogDirsRequest,
)
from odradek.protocol.messages.describe_producers import DescribeProducersRequest, TopicRequest
from odradek.protocol.messages.elect_leaders import ElectLeadersRequest, TopicPartitions
from odradek.protocol.messages.list_partition_reassignments import (
    ListPartitionReassignmentsRequest,
    ListPartitionReassignmentsTopics,
)
from tests.parity.given import READ, filled_topic, new_producer_id, new_topic
from tests.parity.requests import produce
from tests.parity.scenario import scenario
from tests.parity.scenarios.produce import altered, sequenced
from tests.parity.talk import Talk

PREFERRED, UNCLEAN = 0, 1
TOPICS = {
    "a partition that is not there": (READ, (7,)),
    "a negative partition": (READ, (-1,)),
    "a topic that is not there": ("nobody", (0,)),
    "an impossible name": ("a b", (0,)),
    "an empty name": ("", (0,)),
    "no partition": (READ, ()),
    "a partition twice": (READ, (0, 0)),
    "two, one not there": (READ, (7, 0)),
}
"""What is asked for: a topic and some partitions of it."""


@scenario(ApiKey.ELECT_LEADERS)
def elections(talk: Talk) -> None:
    def elect(*topics: tuple[str, tuple[int, ...]], kind: int = PREFERRED) -> ElectLeadersRequest:
        named = [TopicPartitions(topic=name, partitions=list(each)) for name, each in topics]
        return ElectLeadersRequest(election_type=kind, topic_partitions=named)

    for kind in (PREFERRED, UNCLEAN, 7, -1):
        talk.ask(f"of kind {kind}", elect((READ, (0, 1)), kind=kind))
    for kind, topic in TOPICS.items():
        talk.ask(f"of {kind}", elect(topic))
    talk.ask("of nothing", elect())
    talk.ask("of two topics", elect((READ, (0,)), ("nobody", (0,))))
    if talk.version > 0:
        everything = ElectLeadersRequest(election_type=PREFERRED, topic_partitions=None)
        answer = talk.look_up(everything)
        found = [each for each in answer.replica_election_results if each.topic == READ]
        talk.note("of all", {"error_code": answer.error_code, "found": repr(found)})


@scenario(ApiKey.ALTER_PARTITION_REASSIGNMENTS)
def reassignments(talk: Talk) -> None:
    def move(
        name: str, *partitions: int, to: list[int] | None, change: bool = True
    ) -> AlterPartitionReassignmentsRequest:
        each = [ReassignablePartition(partition_index=index, replicas=to) for index in partitions]
        return AlterPartitionReassignmentsRequest(
            allow_replication_factor_change=change,
            topics=[ReassignableTopic(name=name, partitions=each)],
        )

    topic = new_topic(talk, "topic", 2).name
    replicas = {
        "where it is": [0],
        "nowhere": [],
        "to a broker that is not there": [5],
        "to one broker twice": [0, 0],
        "to one known and one not": [0, 5],
        "to a negative broker": [-1],
        "back": None,
    }
    for kind, to in replicas.items():
        talk.ask(kind, move(topic, 0, to=to))
        talk.ask(f"{kind}, of the same size", move(topic, 0, to=to, change=False))
    for kind, (name, partitions) in TOPICS.items():
        talk.ask(f"of {kind}", move(name, *partitions, to=[0]))
        talk.ask(f"back of {kind}", move(name, *partitions, to=None))
    talk.ask("of nothing", AlterPartitionReassignmentsRequest())


@scenario(ApiKey.LIST_PARTITION_REASSIGNMENTS)
def reassignments_listed(talk: Talk) -> None:
    talk.ask("all", ListPartitionReassignmentsRequest(topics=None))
    talk.ask("none", ListPartitionReassignmentsRequest(topics=[]))
    for kind, (name, partitions) in TOPICS.items():
        asked = ListPartitionReassignmentsTopics(name=name, partition_indexes=list(partitions))
        talk.ask(f"of {kind}", ListPartitionReassignmentsRequest(topics=[asked]))


@scenario(ApiKey.DESCRIBE_LOG_DIRS)
def log_directories(talk: Talk) -> None:
    def describe(*topics: tuple[str, tuple[int, ...]]) -> DescribeLogDirsRequest:
        named = [DescribableLogDirTopic(topic=name, partitions=list(each)) for name, each in topics]
        return DescribeLogDirsRequest(topics=named)

    topic = filled_topic(talk, "topic", 2).name
    talk.ask("of a topic", describe((topic, (0, 1))))
    talk.ask("of one partition", describe((topic, (1,))))
    talk.ask("of nothing", describe())
    for kind, asked in TOPICS.items():
        talk.ask(f"of {kind}", describe(asked))


@scenario(ApiKey.ALTER_REPLICA_LOG_DIRS)
def replicas_moved_to_other_directories(talk: Talk) -> None:
    def move(path: str, *topics: tuple[str, tuple[int, ...]]) -> AlterReplicaLogDirsRequest:
        named = [AlterReplicaLogDirTopic(name=name, partitions=list(each)) for name, each in topics]
        return AlterReplicaLogDirsRequest(dirs=[AlterReplicaLogDir(path=path, topics=named)])

    topic = new_topic(talk, "topic").name
    found = talk.ask("where it is", DescribeLogDirsRequest(topics=[]))
    here = found.results[0].log_dir
    talk.ask("to where it is", move(here, (topic, (0,))))
    for path in ("/nowhere", "relative", ""):
        talk.ask(f"to {path!r}", move(path, (topic, (0,))))
    for kind, asked in TOPICS.items():
        talk.ask(f"of {kind}", move(here, asked))
        talk.ask(f"of {kind} to nowhere", move("/nowhere", asked))
    talk.ask("of nothing", AlterReplicaLogDirsRequest())


@scenario(ApiKey.DESCRIBE_PRODUCERS)
def producers(talk: Talk) -> None:
    def describe(*topics: tuple[str, tuple[int, ...]]) -> DescribeProducersRequest:
        named = [TopicRequest(name=name, partition_indexes=list(each)) for name, each in topics]
        return DescribeProducersRequest(topics=named)

    topic = new_topic(talk, "topic", 2)
    producer_id = new_producer_id(talk)
    for base_sequence in (0, 3):
        batch = altered(sequenced(base_sequence), producer_id=producer_id)
        talk.ask("write", produce(topic, batch), version=9)
    talk.ask("of a partition with one", describe((topic.name, (0,))))
    talk.ask("of a partition without", describe((topic.name, (1,))))
    for kind, asked in TOPICS.items():
        talk.ask(f"of {kind}", describe(asked))
    talk.ask("of two topics", describe((topic.name, (0,)), ("nobody", (0,))))
    talk.ask("of nothing", describe())
