"""Kafka's errors as sentences for a user.

What is translated here is what a person typing commands meets; any other error keeps the message
that the broker or librdkafka gave, which names the code as Kafka's documentation does.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from confluent_kafka import KafkaError, KafkaException

from odradek.cli.errors import CommandError


def describe(error: KafkaError) -> str:
    """One line about `error`: what happened, and Kafka's name for it."""
    text = " ".join(error.str().split()) or "no message was given"
    return f"{text} ({error.name()})"


def command_error(doing: str, exception: KafkaException) -> CommandError:
    """The error for a user whose command failed while `doing` something ("creating topic t")."""
    error = exception.args[0]
    reason = describe(error) if isinstance(error, KafkaError) else str(error)
    return CommandError(f"{doing} failed: {reason}")


def unknown_topic(topic: str, existing: Iterable[str]) -> CommandError:
    """The error for a topic that does not exist, with the nearest one that does."""
    nearest = get_close_matches(topic, list(existing), n=1)
    remedy = (
        f"did you mean {nearest[0]}?"
        if nearest
        else "`odradek topic list` shows those that do, `odradek topic create` makes one"
    )
    return CommandError(f"topic {topic} does not exist; {remedy}")
