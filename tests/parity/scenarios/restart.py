"""What is still there when both brokers have stopped cleanly and started on what they left."""

from collections.abc import Iterator

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages.incremental_alter_configs import AlterableConfig
from tests.parity.given import READ, filled_topic, new_producer_id, new_topic
from tests.parity.requests import (
    BROKER,
    alter,
    commit,
    committed,
    create_topic,
    delete_records,
    describe,
    describe_topic,
    fetch,
    list_offset,
    metadata,
    produce,
    producer_id,
    set_topic_configs,
)
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios import quotas
from tests.parity.scenarios.groups import heartbeat, join, look, stable
from tests.parity.scenarios.offsets import epoch_end
from tests.parity.scenarios.produce import GOOD, altered, sequenced
from tests.parity.scenarios.topics import delete, grow
from tests.parity.talk import Talk

EPOCH = "A start raises the leader epoch"


@scenario(ApiKey.METADATA, Differs("after", "*leader_epoch", EPOCH))
def topics_after_a_restart(talk: Talk) -> Iterator[None]:
    kept, gone = new_topic(talk, "kept", 2), filled_topic(talk, "gone")
    talk.ask("grow", grow(kept.name, 3))
    talk.ask("delete", delete(gone))
    again = new_topic(talk, "gone", 2)
    talk.ask("before", metadata(kept.name, again.name))
    yield
    talk.ask("after", metadata(kept.name, again.name))
    talk.ask("what was deleted", fetch(gone, 0))
    talk.ask("its successor", fetch(again, 0))
    talk.ask("made again", create_topic(kept.name))


@scenario(
    ApiKey.LIST_OFFSETS,
    Differs("-3 of *", "topics.*", "The largest timestamp is that of a record"),
    Differs("*", "*leader_epoch", EPOCH, "2", "1"),
)
def offsets_after_a_restart(talk: Talk) -> Iterator[None]:
    topic = filled_topic(talk, "topic", 2)
    talk.ask("more", produce(topic, GOOD), version=9)
    talk.ask("delete four", delete_records(topic.name, 4))
    talk.ask("delete all", delete_records(topic.name, -1, 1))
    yield
    for partition in (0, 1):
        for timestamp in (-1, -2, -3, 0):
            request = list_offset(topic.name, timestamp, partition)
            talk.ask(f"{timestamp} of {partition}", request)
        talk.ask(f"what is read of {partition}", fetch(topic, 4, partition))
    talk.ask("below the log start", fetch(topic, 3))
    talk.ask("more, later", produce(topic, GOOD), version=9)
    talk.ask("what is read of old and new", fetch(topic, 4))


@scenario(ApiKey.OFFSET_FOR_LEADER_EPOCH)
def ends_of_epochs_after_a_restart(talk: Talk) -> Iterator[None]:
    empty, filled = new_topic(talk, "empty").name, filled_topic(talk, "filled").name
    yield
    talk.ask("of the first epoch of an empty log", epoch_end(0, topic=empty))
    talk.ask("of the first epoch of a log with records", epoch_end(0, topic=filled))


@scenario(ApiKey.PRODUCE, Differs("from 0", "responses.*", "A snapshot has one entry"))
def idempotent_producers_after_a_restart(talk: Talk) -> Iterator[None]:
    topic = new_topic(talk, "topic")
    known = new_producer_id(talk)
    for number in (0, 3):
        talk.ask("write", produce(topic, altered(sequenced(number), producer_id=known)))
    yield
    for number in (3, 0, 7, 6):
        batch = altered(sequenced(number), producer_id=known)
        talk.ask(f"from {number}", produce(topic, batch))
    talk.ask("a new id", producer_id())


@scenario(ApiKey.DESCRIBE_CONFIGS)
def settings_after_a_restart(talk: Talk) -> Iterator[None]:
    topic = new_topic(talk, "topic", configs={"retention.ms": "5", "segment.bytes": "2000000"})
    talk.ask("change", set_topic_configs(topic.name, {"retention.ms": "6", "flush.ms": "7"}))
    shown = describe(BROKER, "0", "log.retention.ms", "log.cleaner.threads", include_synonyms=True)
    for of, value in (("0", "111111111"), ("", "222222222")):
        change = AlterableConfig(name="log.retention.ms", value=value, config_operation=0)
        talk.ask(f"change {of or 'all'}", alter([change], kind=BROKER, of=of))
    yield
    talk.ask("the topic's", describe_topic(topic.name, include_synonyms=True))
    talk.ask("the broker's", shown)
    talk.ask("all brokers'", describe(BROKER, "", "log.retention.ms", include_synonyms=True))
    for of in ("0", ""):
        change = AlterableConfig(name="log.retention.ms", value=None, config_operation=1)
        talk.ask(f"undo {of or 'all'}", alter([change], kind=BROKER, of=of))
    talk.ask("the broker's, undone", shown)


@scenario(ApiKey.OFFSET_FETCH)
def commits_after_a_restart(talk: Talk) -> Iterator[None]:
    group, topic, gone = talk.name("group"), new_topic(talk, "kept", 2), new_topic(talk, "gone")
    talk.ask("commit", commit(group, topic, {0: 3, 1: 4}, metadata="m", leader_epoch=0))
    talk.ask("commit another", commit(group, gone, {0: 5}))
    talk.ask("delete that topic", delete(gone))
    yield
    talk.ask("each", committed(group, topic, 0, 1))
    talk.ask("all", committed(group, None))
    talk.ask("the group", look(group))


@scenario(ApiKey.JOIN_GROUP)
def members_after_a_restart(talk: Talk) -> Iterator[None]:
    group = talk.name("group")
    member, generation = stable(talk, group)
    yield
    talk.ask("look", look(group))
    talk.ask("heartbeat", heartbeat(group, generation, member))
    talk.ask("join again", join(group, member))


@scenario(ApiKey.DESCRIBE_CLIENT_QUOTAS)
def quotas_after_a_restart(talk: Talk) -> Iterator[None]:
    client = talk.name("c")
    talk.ask("set", quotas.alter({quotas.CLIENT: client}, {quotas.RATE: 5.0}))
    yield
    talk.ask("get", quotas.describe((quotas.CLIENT, quotas.EXACT, client)))


@scenario(ApiKey.FETCH, Differs("*", "*leader_epoch", EPOCH, "2", "1"))
def what_was_given_after_a_restart(talk: Talk) -> Iterator[None]:
    yield
    found = talk.ask("the topic", metadata(READ))
    talk.note("partitions", len(found.topics[0].partitions))
    for timestamp in (-1, -2, -3):
        talk.ask(f"offset {timestamp}", list_offset(READ, timestamp))
