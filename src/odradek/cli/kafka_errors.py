"""Kafka's errors as sentences for a user.

What is translated here is what a person typing commands meets; any other error keeps the message
that the broker or librdkafka gave, which names the code as Kafka's documentation does.
"""

from collections.abc import Iterable
from concurrent.futures import Future
from difflib import get_close_matches
from typing import Any

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


def result_of(future: "Future[Any]", doing: str, *, timeout_s: float) -> Any:
    """What an admin request gave; CommandError if it failed while `doing` something."""
    try:
        return future.result(timeout_s)
    except KafkaException as error:
        raise command_error(doing, error) from error
    except TimeoutError as error:
        raise CommandError(f"{doing} failed: no answer within {timeout_s:g} s") from error


def unknown_topic(topic: str, existing: Iterable[str]) -> CommandError:
    """The error for a topic that does not exist, with the nearest one that does."""
    remedy = "`odradek topic list` shows those that do, `odradek topic create` makes one"
    return _unknown("topic", topic, existing, remedy)


def unknown_group(group: str, existing: Iterable[str]) -> CommandError:
    """The error for a group that does not exist, with the nearest one that does."""
    remedy = "`odradek group list` shows those that do; a group comes with its first consumer"
    return _unknown("group", group, existing, remedy)


def nearest_name(name: str, existing: Iterable[str]) -> str | None:
    """The existing name that somebody who typed `name` most likely meant, if any is near."""
    return next(iter(get_close_matches(name, list(existing), n=1)), None)


def _unknown(noun: str, name: str, existing: Iterable[str], remedy: str) -> CommandError:
    nearest = nearest_name(name, existing)
    meant = remedy if nearest is None else f"did you mean {nearest}?"
    return CommandError(f"{noun} {name} does not exist; {meant}")
