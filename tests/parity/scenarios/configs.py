"""Settings of topics and brokers: DescribeConfigs, IncrementalAlterConfigs, AlterConfigs."""

from typing import Any

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages import alter_configs
from odradek.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
)
from odradek.protocol.messages.incremental_alter_configs import (
    AlterableConfig,
    IncrementalAlterConfigsRequest,
)
from tests.parity.given import READ, new_topic
from tests.parity.requests import (
    APPEND,
    BROKER,
    DELETE,
    SET,
    SUBTRACT,
    TOPIC,
    alter,
    describe,
    describe_topic,
)
from tests.parity.scenario import Differs, scenario
from tests.parity.scenarios.topics import CONFIGS, NAMES
from tests.parity.talk import Talk

EVERYTHING = {"include_synonyms": True, "include_documentation": True}
LOGGER, CLIENT_METRICS, GROUP = 8, 16, 32
RESOURCES = {
    "a topic that is not there": (TOPIC, "nobody"),
    "the broker": (BROKER, "0"),
    "all brokers": (BROKER, ""),
    "another broker": (BROKER, "9"),
    "what is no broker": (BROKER, "x"),
    "a negative broker": (BROKER, "-1"),
    "an unknown kind": (99, "x"),
    "kind 0": (0, "x"),
}
AT_START = {
    "broker.id": "broker.id stays unset",
    "controller.listener.names": "The settings of a controller's listener",
    "controller.quorum.voters": "The settings of a controller's listener",
    "inter.broker.listener.name": "One listener",
    "listener.security.protocol.map": "One listener",
    "listeners": "One listener",
    "listeners.synonyms[1]": "The default of listeners",
    "log.dir": "log.dir is no temporary directory",
    "node.id": "node.id has a default",
    "offsets.topic.replication.factor": "offsets.topic.replication.factor is 1",
    "process.roles": "process.roles has a default",
    "share.coordinator.state.topic.min.isr": "share.coordinator.state.topic.min.isr is 1",
    "share.coordinator.state.topic.replication.factor": "share.coordinator.state.topic.rep",
    "transaction.state.log.min.isr": "transaction.state.log.min.isr is 1",
    "transaction.state.log.replication.factor": "transaction.state.log.replication.factor is 1",
}
"""What one node of Apache's is told at its start and ours need not be, and the reasons."""
BROKER_CHANGES = {
    "a topic's default": ("log.retention.ms", "5"),
    "a read-only one": ("node.id", "5"),
    "an unknown one": ("nonsense", "5"),
    "a value out of range": ("num.io.threads", "0"),
    "twice as many threads": ("num.io.threads", "16"),
    "too many threads": ("num.io.threads", "17"),
    "too few threads": ("num.io.threads", "3"),
    "a number that is none": ("log.retention.ms", "soon"),
    "a throttle": ("leader.replication.throttled.rate", "5"),
    "a negative throttle": ("follower.replication.throttled.rate", "-1"),
    "no new connections": ("max.connection.creation.rate", "0"),
    "a directory that takes no more": ("cordoned.log.dirs", ""),
    "a limit of connections": ("max.connections.per.ip", "5"),
    "a topic's own name": ("retention.ms", "5"),
    "a secret": ("ssl.keystore.password", "x"),
    "the listeners": ("listeners", "PLAINTEXT://127.0.0.1:1"),
    "the cleaner's size": ("log.cleaner.threads", "2"),
    "a default policy": ("log.cleanup.policy", "compact"),
    "an unknown policy": ("log.cleanup.policy", "x"),
    "elections": ("unclean.leader.election.enable", "true"),
    "in sync": ("min.insync.replicas", "1"),
    "nobody in sync": ("min.insync.replicas", "0"),
}


@scenario(ApiKey.DESCRIBE_CONFIGS)
def settings_of_a_topic(talk: Talk) -> None:
    talk.ask("all", describe_topic(READ, **EVERYTHING))
    talk.ask("all, briefly", describe_topic(READ))
    changed = new_topic(talk, "changed", configs={"retention.ms": "5", "cleanup.policy": ""})
    talk.ask("all of a changed one", describe_topic(changed.name, **EVERYTHING))
    talk.ask("two", describe_topic(READ, "segment.bytes", "retention.ms"))
    talk.ask("one twice", describe_topic(READ, "segment.bytes", "segment.bytes"))
    talk.ask("an unknown one", describe_topic(READ, "nonsense"))
    talk.ask("one by the broker's name", describe_topic(READ, "log.retention.ms"))
    none = DescribeConfigsResource(resource_type=TOPIC, resource_name=READ, configuration_keys=[])
    talk.ask("none", DescribeConfigsRequest(resources=[none]))


@scenario(
    ApiKey.DESCRIBE_CONFIGS,
    *(Differs("all", f"results[0].configs.{name}.*", reason) for name, reason in AT_START.items()),
)
def settings_of_the_broker(talk: Talk) -> None:
    talk.ask("all", describe(BROKER, "0", **EVERYTHING))
    talk.ask("all of all brokers", describe(BROKER, "", **EVERYTHING))
    talk.ask("two", describe(BROKER, "0", "log.retention.hours", "num.partitions"))
    talk.ask("an unknown one", describe(BROKER, "0", "nonsense"))


@scenario(ApiKey.DESCRIBE_CONFIGS)
def settings_of_what_has_none(talk: Talk) -> None:
    for kind, (resource_type, name) in RESOURCES.items():
        talk.ask(f"of {kind}", describe(resource_type, name, "log.retention.hours"))
    for kind, name in NAMES.items():
        talk.ask(f"of {kind}", describe_topic(name, "retention.ms"))
    resource = describe_topic(READ, "retention.ms").resources
    talk.ask("of one topic twice", DescribeConfigsRequest(resources=resource * 2))
    nobody = describe_topic("nobody", "retention.ms").resources
    talk.ask("of two, one not there", DescribeConfigsRequest(resources=nobody + resource))
    talk.ask("of nothing", DescribeConfigsRequest())


def change(name: str, value: str | None, operation: int = SET) -> AlterableConfig:
    return AlterableConfig(name=name, value=value, config_operation=operation)


@scenario(ApiKey.INCREMENTAL_ALTER_CONFIGS)
def settings_changed_one_by_one(talk: Talk) -> None:
    topic = new_topic(talk, "topic").name

    def ask(step: str, *changes: AlterableConfig) -> None:
        talk.ask(step, alter(changes, of=topic))
        shown = ("retention.ms", "cleanup.policy")
        talk.ask(f"{step}: now", describe_topic(topic, *shown, include_synonyms=True))

    ask("set", change("retention.ms", "5"))
    ask("set again", change("retention.ms", "5"))
    ask("append", change("cleanup.policy", "compact", APPEND))
    ask("append what is there", change("cleanup.policy", "compact", APPEND))
    ask("subtract", change("cleanup.policy", "delete", SUBTRACT))
    ask("subtract what is not there", change("cleanup.policy", "delete", SUBTRACT))
    ask("subtract the last", change("cleanup.policy", "compact", SUBTRACT))
    ask("append two", change("cleanup.policy", "compact,delete", APPEND))
    ask("delete", change("cleanup.policy", None, DELETE), change("retention.ms", None, DELETE))
    ask("delete again", change("retention.ms", None, DELETE))
    ask("set to the default", change("retention.ms", "604800000"))
    ask("spaced", change("retention.ms", " 7 "))
    ask("one good, one bad", change("retention.ms", "9"), change("segment.bytes", "x"))


@scenario(
    ApiKey.INCREMENTAL_ALTER_CONFIGS, Differs("operation *", "*error_code", "An unknown operation")
)
def changes_that_make_no_sense(talk: Talk) -> None:
    def tried(*changes: AlterableConfig, **resource: Any) -> IncrementalAlterConfigsRequest:
        return alter(changes, validate_only=True, **{"of": READ, **resource})

    for kind, configs in CONFIGS.items():
        talk.ask(kind, tried(*(change(name, value) for name, value in configs.items())))
    talk.ask("delete an unknown one", tried(change("nonsense", None, DELETE)))
    talk.ask("delete with a value", tried(change("retention.ms", "5", DELETE)))
    talk.ask("append to a number", tried(change("retention.ms", "5", APPEND)))
    talk.ask("append null", tried(change("cleanup.policy", None, APPEND)))
    talk.ask("subtract from a number", tried(change("retention.ms", "5", SUBTRACT)))
    talk.ask("append to an unknown one", tried(change("nonsense", "5", APPEND)))
    talk.ask("one twice", tried(change("retention.ms", "5"), change("retention.ms", "6")))
    talk.ask("nothing", tried())
    for operation in (9, -1):
        talk.ask(f"operation {operation}", tried(change("retention.ms", "5", operation)))
    for kind, (resource_type, name) in RESOURCES.items():
        of = {"kind": resource_type, "of": name}
        name = "retention.ms" if resource_type == TOPIC else "log.retention.ms"
        talk.ask(f"of {kind}", tried(change(name, "5"), **of))
        talk.ask(f"nothing of {kind}", tried(**of))
    for kind, name in NAMES.items():
        if kind != "an internal name":
            talk.ask(f"of {kind}", tried(change("retention.ms", "5"), of=name))
    resource = tried(change("retention.ms", "5")).resources
    twice = IncrementalAlterConfigsRequest(resources=resource * 2, validate_only=True)
    talk.ask("of one topic twice", twice)
    talk.ask("of none", IncrementalAlterConfigsRequest())


UNCHANGED = tuple(
    Differs(f"*: {kind}", "responses[0].*", reason)
    for kind, reason in {
        "an unknown one": "A broker's setting that nobody knows",
        "a topic's own name": "A broker's setting that nobody knows",
        "too many threads": "A setting that does not act here",
        "too few threads": "A setting that does not act here",
    }.items()
)


@scenario(ApiKey.INCREMENTAL_ALTER_CONFIGS, *UNCHANGED)
def settings_of_the_broker_changed(talk: Talk) -> None:
    for of in ("0", ""):
        whose = "the broker's" if of else "all brokers'"
        for kind, (name, value) in BROKER_CHANGES.items():
            request = alter([change(name, value)], kind=BROKER, of=of, validate_only=True)
            talk.ask(f"{whose}: {kind}", request)
        shared = change("min.insync.replicas", None, DELETE)
        request = alter([shared], kind=BROKER, of=of, validate_only=True)
        talk.ask(f"{whose}: no longer in sync", request)
    throttle = "replica.alter.log.dirs.io.max.bytes.per.second"
    for value, operation in (("5", SET), (None, DELETE)):
        talk.ask(
            f"a throttle to {value}",
            alter([change(throttle, value, operation)], kind=BROKER, of="0"),
        )
        shown = describe(BROKER, "0", throttle, include_synonyms=True)
        talk.ask(f"a throttle to {value}: the broker's", shown)
    # Two weeks: the retention of either broker may come by while it is set.
    for value, operation in (("1234567890", SET), (" 1234567891 ", SET), (None, DELETE)):
        for of in ("", "0"):
            request = alter([change("log.retention.ms", value, operation)], kind=BROKER, of=of)
            talk.ask(f"{of or 'all'} to {value}", request)
            shown = describe(BROKER, "0", "log.retention.ms", "log.retention.hours", **EVERYTHING)
            talk.ask(f"{of or 'all'} to {value}: the broker's", shown)
            shown = describe(BROKER, "", **EVERYTHING)
            talk.ask(f"{of or 'all'} to {value}: all brokers'", shown)
            shown = describe_topic(READ, "retention.ms", **EVERYTHING)
            talk.ask(f"{of or 'all'} to {value}: a topic's", shown)


def replace(
    configs: dict[str, str | None], kind: int = TOPIC, of: str = READ, *, validate_only: bool = True
) -> alter_configs.AlterConfigsRequest:
    values = [
        alter_configs.AlterableConfig(name=name, value=value) for name, value in configs.items()
    ]
    resource = alter_configs.AlterConfigsResource(
        resource_type=kind, resource_name=of, configs=values
    )
    return alter_configs.AlterConfigsRequest(resources=[resource], validate_only=validate_only)


@scenario(ApiKey.ALTER_CONFIGS)
def settings_replaced(talk: Talk) -> None:
    topic = new_topic(talk, "topic", configs={"segment.bytes": "2000000"}).name
    for step, configs in {
        "by one": {"retention.ms": "5"},
        "by the same": {"retention.ms": "5"},
        "by two": {"retention.ms": "6", "cleanup.policy": "compact"},
        "by none": {},
    }.items():
        talk.ask(step, replace(configs, of=topic, validate_only=False))
        shown = ("retention.ms", "cleanup.policy", "segment.bytes")
        talk.ask(f"{step}: now", describe_topic(topic, *shown))


@scenario(ApiKey.ALTER_CONFIGS, *UNCHANGED)
def replacements_that_make_no_sense(talk: Talk) -> None:
    for kind, configs in CONFIGS.items():
        talk.ask(kind, replace(dict(configs)))
    for kind, (resource_type, name) in RESOURCES.items():
        setting = "retention.ms" if resource_type == TOPIC else "log.retention.ms"
        talk.ask(f"of {kind}", replace({setting: "5"}, resource_type, name))
    for kind, (name, value) in BROKER_CHANGES.items():
        talk.ask(f"the broker's: {kind}", replace({name: value}, BROKER, "0"))
    for kind, name in NAMES.items():
        if kind != "an internal name":
            talk.ask(f"of {kind}", replace({"retention.ms": "5"}, of=name))
    talk.ask("of none", alter_configs.AlterConfigsRequest())
