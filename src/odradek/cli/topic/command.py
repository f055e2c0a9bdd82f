"""`odradek topic`: list, create, describe, alter and delete topics of any Kafka cluster."""

import sys
from collections.abc import Mapping
from typing import Annotated

from confluent_kafka.admin import ConfigEntry
from confluent_kafka.cimpl import NewTopic
from cyclopts import Parameter

from odradek.cli.command import command_app
from odradek.cli.connection import DEFAULT_CONNECTION, Connection, connect, existing_topic
from odradek.cli.errors import CommandError
from odradek.cli.key_values import parse_pairs
from odradek.cli.mutation import DryRun, Mutation, Yes, confirm, print_changes, print_mutations
from odradek.cli.output import OutputFormat, Row, note, print_document, print_rows
from odradek.cli.topic import operations
from odradek.cli.topic.description import describe_topic, headline

app = command_app("topic")

Configs = Annotated[
    list[str] | None,
    Parameter(
        name="--config",
        help="A topic config as key=value, for example retention.ms=60000; may be repeated.",
        negative=(),
    ),
]


@app.command(name="list")
def list_(
    *,
    internal: Annotated[
        bool, Parameter(help="Show Kafka's own topics (__consumer_offsets) too.")
    ] = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """List the topics of a cluster."""
    _, cluster = connect(connection.client_config())
    rows = operations.topic_rows(cluster, include_internal=internal)
    if not rows and output == "table":
        note("this cluster has no topics; `odradek topic create NAME` makes one")
    print_rows(rows, output)


@app.command
def create(
    topic: Annotated[str, Parameter(help="The new topic's name.")],
    /,
    *,
    partitions: Annotated[
        int | None, Parameter(help="Number of partitions; the broker's default if left out.")
    ] = None,
    replication_factor: Annotated[
        int | None, Parameter(help="Copies of each partition; the broker's default if left out.")
    ] = None,
    configs: Configs = None,
    if_not_exists: Annotated[
        bool, Parameter(help="Succeed when the topic is there already.")
    ] = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Create a topic."""
    wanted = dict(parse_pairs("--config", configs, example="retention.ms=60000"))
    admin, cluster = connect(connection.client_config())
    if topic in cluster.topics:
        if not if_not_exists:
            raise CommandError(
                f"topic {topic} already exists; `odradek topic alter {topic}` changes it"
            )
        note(f"topic {topic} already exists; nothing was changed")
        return
    operations.require_replication_factor(cluster, replication_factor or 1)
    new_topic = NewTopic(
        topic,
        num_partitions=_at_least_one("--partitions", partitions),
        replication_factor=_at_least_one("--replication-factor", replication_factor),
        config=wanted,
    )
    operations.create_topic(admin, new_topic, dry_run=dry_run)
    given = {"partitions": partitions, "replication factor": replication_factor, **wanted}
    changes = [_change(what, None, new) for what, new in given.items() if new is not None]
    created = Mutation("create", "topic", topic, changes, dry_run)
    if output != "table":
        print_document(created.document, output)
        return
    with_what = ", ".join(f"{change['what']} {change['new']}" for change in changes)
    sys.stdout.write(f"{created.sentence}{': ' if with_what else ''}{with_what}\n")


@app.command
def describe(
    topic: Annotated[str, Parameter(help="The topic's name.")],
    /,
    *,
    all_configs: Annotated[
        bool, Parameter(help="Show configs that have their default value too.")
    ] = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Show a topic's partitions, offsets, sizes and configs."""
    config = connection.client_config()
    admin, cluster = connect(config)
    existing_topic(cluster, topic)
    document = describe_topic(admin, config, topic, all_configs=all_configs)
    if output != "table":
        print_document(document, output)
        return
    print_rows(document["partitions"], output, title=headline(document))
    print_rows(document["configs"], output)


@app.command
def alter(
    topic: Annotated[str, Parameter(help="The topic's name.")],
    /,
    *,
    partitions: Annotated[
        int | None, Parameter(help="The new number of partitions; it can only grow.")
    ] = None,
    configs: Configs = None,
    delete_config: Annotated[
        list[str] | None,
        Parameter(help="A config key to set back to its default; may be repeated."),
    ] = None,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Add partitions to a topic, or change its configs, key by key.

    Adding partitions changes which partition a key goes to: records of one key written before and
    after are no longer in one order.
    """
    wanted: dict[str, str | None] = dict.fromkeys(delete_config or [])
    wanted |= dict(parse_pairs("--config", configs, example="retention.ms=60000"))
    if partitions is None and not wanted:
        raise CommandError(
            "nothing to alter: give --partitions, --config key=value or --delete-config key"
        )
    admin, cluster = connect(connection.client_config())
    current_partitions = len(existing_topic(cluster, topic).partitions)
    changes = _config_changes(operations.topic_configs(admin, topic), wanted)
    if changes:
        altered = {change["what"]: wanted[change["what"]] for change in changes}
        operations.alter_configs(admin, topic, altered, dry_run=dry_run)
    if partitions is not None and partitions != current_partitions:
        _require_growth(topic, current_partitions, partitions)
        operations.add_partitions(admin, topic, partitions, dry_run=dry_run)
        changes.insert(0, _change("partitions", current_partitions, partitions))
    print_changes(Mutation("alter", "topic", topic, changes, dry_run), output)


@app.command
def delete(
    topics: Annotated[list[str], Parameter(name="TOPIC", help="Names of topics.")],
    /,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Delete topics, with all their records."""
    admin, cluster = connect(connection.client_config())
    for topic in topics:
        existing_topic(cluster, topic)
    if not (dry_run or yes):
        confirm(f"Delete {', '.join(topics)} and all records in them?")
    for topic in topics:
        if not dry_run:
            operations.delete_topic(admin, topic)
    print_mutations([Mutation("delete", "topic", topic, [], dry_run) for topic in topics], output)


def _at_least_one(option: str, count: int | None) -> int:
    if count is None:
        return operations.BROKER_DEFAULT
    if count < 1:
        raise CommandError(f"{option} {count} makes no topic; it must be 1 or more")
    return count


def _require_growth(topic: str, current: int, wanted: int) -> None:
    if wanted < current:
        raise CommandError(
            f"topic {topic} has {current} partitions, and Kafka cannot take partitions away;"
            f" --partitions {wanted} would need a new topic"
        )


def _change(what: str, old: object, new: object) -> Row:
    return {"what": what, "old": old, "new": new}


def _config_changes(
    current: Mapping[str, ConfigEntry], wanted: Mapping[str, str | None]
) -> list[Row]:
    """The changes that would change something: what is already so is left out."""
    changes = []
    for key, value in wanted.items():
        entry = current.get(key)
        is_set = entry is not None and operations.is_set_on_topic(entry)
        old = entry.value if entry is not None else None
        if (value is None and is_set) or (value is not None and not (is_set and old == value)):
            changes.append(_change(key, old, value if value is not None else "(default)"))
    return changes
