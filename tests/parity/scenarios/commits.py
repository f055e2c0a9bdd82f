"""How far a group has read: OffsetCommit, OffsetFetch, OffsetDelete."""

from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.delete_topics import DeleteTopicsRequest
from odradek.protocol.messages.offset_commit import OffsetCommitRequest
from odradek.protocol.messages.offset_delete import (
    OffsetDeleteRequest,
    OffsetDeleteRequestPartition,
    OffsetDeleteRequestTopic,
)
from odradek.protocol.messages.offset_fetch import OffsetFetchRequest, OffsetFetchRequestGroup
from tests.parity.given import new_topic, read_topic
from tests.parity.requests import Topic, commit, committed
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios.groups import GROUP_IDS, joined, stable, sync
from tests.parity.scenarios.topics import SOME_ID
from tests.parity.talk import Talk

NOBODY = Topic("nobody", SOME_ID)
ALL_TOPICS_SINCE_VERSION = 2
MANY_GROUPS_SINCE_VERSION = 8


def standing(member: str, generation: int) -> dict[str, Any]:
    return {"member_id": member, "generation_id_or_member_epoch": generation}


@scenario(ApiKey.OFFSET_COMMIT)
def commits_without_members(talk: Talk) -> None:
    group, topic = talk.name("group"), read_topic(talk)
    talk.ask("one", commit(group, topic, {0: 3}))
    talk.ask("one again", commit(group, topic, {0: 3}))
    talk.ask("two", commit(group, topic, {1: 2, 0: 4}, metadata="m", leader_epoch=0))
    talk.ask("what is committed", committed(group, topic, 0, 1))
    for offset in (-2, -1, 0, 99, 2**63 - 1):
        talk.ask(f"at {offset}", commit(group, topic, {0: offset}))
        talk.ask(f"at {offset}: now", committed(group, topic, 0))
    for epoch in (-2, 7):
        talk.ask(f"of epoch {epoch}", commit(group, topic, {0: 5}, leader_epoch=epoch))
        talk.ask(f"of epoch {epoch}: now", committed(group, topic, 0))
    for kind, metadata in {
        "null": None,
        "4096 letters": "x" * 4096,
        "4097 letters": "x" * 4097,
        "4096 wide letters": "ä" * 4096,
    }.items():
        talk.ask(f"metadata of {kind}", commit(group, topic, {0: 6}, metadata=metadata))
        talk.ask(f"metadata of {kind}: now", committed(group, topic, 0))


@scenario(
    ApiKey.OFFSET_COMMIT, Differs("of one twice", "topics*", "A topic that a commit names twice")
)
def commits_of_what_is_not_there(talk: Talk) -> None:
    group, topic = talk.name("group"), read_topic(talk)
    for kind, name in GROUP_IDS.items():
        talk.ask(f"by {kind}", commit(name, topic, {0: 1}))
    for partition in (-1, 2, 7):
        talk.ask(f"of partition {partition}", commit(group, topic, {partition: 1}))
    talk.ask("of a topic that is not there", commit(group, NOBODY, {0: 1}))
    talk.ask("of no name", commit(group, Topic(""), {0: 1}))
    mixed = commit(group, topic, {0: 1, 7: 1})
    mixed.topics += commit(group, NOBODY, {0: 1}).topics
    talk.ask("of some that are and some that are not", mixed)
    twice = commit(group, topic, {0: 1})
    twice.topics += commit(group, topic, {0: 2}).topics
    talk.ask("of one twice", twice)
    talk.ask("of no partition", commit(group, topic, {}))
    talk.ask("of nothing", OffsetCommitRequest(group_id=group))
    talk.ask("what is committed", committed(group, topic, 0, 1))


@scenario(ApiKey.OFFSET_COMMIT)
def commits_of_members(talk: Talk) -> None:
    group, topic = talk.name("group"), read_topic(talk)
    unknown = standing("nobody", 1)
    talk.ask("a member of no group", commit(group, topic, {0: 1}, **unknown))
    talk.ask("a generation of no group", commit(group, topic, {0: 1}, **standing("", 1)))
    answer = joined(talk, group)
    member, generation = answer.member_id, answer.generation_id
    own = standing(member, generation)
    talk.ask("before the sync", commit(group, topic, {0: 2}, **own))
    talk.ask("sync", sync(group, generation, member, member))
    talk.ask("when stable", commit(group, topic, {0: 3}, **own))
    talk.ask("an unknown member", commit(group, topic, {0: 4}, **standing("nobody", generation)))
    for wrong in (-1, generation - 1, generation + 1):
        talk.ask(f"generation {wrong}", commit(group, topic, {0: 5}, **standing(member, wrong)))
    talk.ask("nobody in particular", commit(group, topic, {0: 6}))
    talk.ask("by an unknown name", commit(group, topic, {0: 7}, group_instance_id="i", **own))
    talk.ask("what is committed", committed(group, topic, 0))


@scenario(ApiKey.OFFSET_FETCH)
def offsets_asked_for(talk: Talk) -> None:
    group, topic = talk.name("group"), read_topic(talk)
    talk.ask("before any commit", committed(group, topic, 0, 1))
    talk.ask("commit", commit(group, topic, {0: 3}, metadata="m", leader_epoch=0))
    talk.ask("one", committed(group, topic, 0))
    talk.ask("one with and one without", committed(group, topic, 1, 0))
    talk.ask("one twice", committed(group, topic, 0, 0))
    for partition in (-1, 7):
        talk.ask(f"of partition {partition}", committed(group, topic, partition))
    talk.ask("of a topic that is not there", committed(group, NOBODY, 0))
    talk.ask("of no name", committed(group, Topic(""), 0))
    talk.ask("of no partition", committed(group, topic))
    for kind, name in GROUP_IDS.items():
        talk.ask(f"of {kind}", committed(name, topic, 0))
    talk.ask("that are stable", committed(group, topic, 0, require_stable=True))
    none = committed(group, topic, 0)
    none.topics, none.groups[0].topics = [], []
    talk.ask("of no topic", none)
    if talk.version >= ALL_TOPICS_SINCE_VERSION:
        talk.ask("of all", committed(group, None))
        for kind, name in GROUP_IDS.items():
            talk.ask(f"of all of {kind}", committed(name, None))


@scenario(ApiKey.OFFSET_FETCH, since=MANY_GROUPS_SINCE_VERSION)
def offsets_of_many_groups(talk: Talk) -> None:
    first, second, topic = talk.name("a"), talk.name("b"), read_topic(talk)
    for group in (first, second):
        talk.ask("commit", commit(group, topic, {0: 3, 1: 4}))
    asked = [committed(group, topic, 0).groups[0] for group in (second, first, "nobodys", "")]
    talk.ask("of four", OffsetFetchRequest(groups=asked))
    talk.ask("of one twice", OffsetFetchRequest(groups=[asked[0], asked[0]]))
    talk.ask("of none", OffsetFetchRequest())
    member, _ = stable(talk, first)
    for name, epoch in ((member, -1), (member, 1), ("nobody", 0), (None, 5), ("", 5)):
        topics = committed(first, topic, 0).groups[0].topics
        group = OffsetFetchRequestGroup(
            group_id=first, member_id=name, member_epoch=epoch, topics=topics
        )
        known = "the member" if name == member else repr(name)
        talk.ask(f"as {known} in epoch {epoch}", OffsetFetchRequest(groups=[group]))


@scenario(ApiKey.OFFSET_FETCH)
def offsets_of_topics_that_went(talk: Talk) -> None:
    group, topic = talk.name("group"), new_topic(talk, "topic", 2)
    talk.ask("commit", commit(group, topic, {0: 3, 1: 4}))
    gone = DeleteTopicsRequest(topic_names=[topic.name], timeout_ms=10_000)
    talk.ask("delete the topic", gone, version=5)
    talk.ask("its offsets", committed(group, topic, 0, 1))
    if talk.version >= ALL_TOPICS_SINCE_VERSION:
        talk.ask("all offsets", committed(group, None))


def delete(group: str, *topics: tuple[str, tuple[int, ...]]) -> OffsetDeleteRequest:
    return OffsetDeleteRequest(
        group_id=group,
        topics=[
            OffsetDeleteRequestTopic(
                name=name,
                partitions=[OffsetDeleteRequestPartition(partition_index=p) for p in partitions],
            )
            for name, partitions in topics
        ],
    )


@scenario(ApiKey.OFFSET_DELETE)
def offsets_deleted(talk: Talk) -> None:
    group, topic = talk.name("group"), read_topic(talk)
    other = new_topic(talk, "other")
    talk.ask("commit", commit(group, topic, {0: 3, 1: 4}))
    talk.ask("commit another", commit(group, other, {0: 3}))
    for kind, name in GROUP_IDS.items():
        talk.ask(f"of {kind}", delete(name, (topic.name, (0,))))
    talk.ask("one", delete(group, (topic.name, (0,))))
    talk.ask("one again", delete(group, (topic.name, (0,))))
    talk.ask("of partitions that are not there", delete(group, (topic.name, (-1, 7))))
    talk.ask("of a topic that is not there", delete(group, ("nobody", (0,))))
    talk.ask("one twice", delete(group, (topic.name, (1, 1))))
    talk.ask("of a topic twice", delete(group, (topic.name, (1,)), (topic.name, (0,))))
    talk.ask("of no partition", delete(group, (topic.name, ())))
    talk.ask("of nothing", delete(group))
    talk.ask("what is left", committed(group, None))
    stable(talk, group)
    talk.ask("of what is read", delete(group, (topic.name, (0,))))
    talk.ask("of what is not read", delete(group, (other.name, (0,))))
    talk.ask("what is left now", committed(group, None))
