"""A scenario's talk with one registry, and its transcript: each answer as plain values.

A scenario is a generator that yields requests and is sent what was answered. It begins on an empty
registry, where ids begin with 1.
"""

import inspect
import json
import re
from collections.abc import Callable, Generator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from tests.parity.talk import Step
from tests.registry.parity import scenarios
from tests.registry.parity.ask import Ask
from tests.registry.parity.masks import mask

Scenario = Callable[[], Generator[Ask, Any, None]]

TIMEOUT_S = 60.0
FIRST_ERROR = 400
HASHED = re.compile(r".*/schemas/ids/[^/]+/(subjects|versions)")
"""Lists that Confluent takes from a hash table."""
SOMETIMES = ("ts", "deleted")
"""Told to who registers or looks up a schema, or not, as Confluent finds it in a cache."""
NO_JSON = "(no JSON)"
"""An error as Jetty tells it, before Confluent's code sees a request."""


def all_scenarios() -> dict[str, Scenario]:
    """Every public generator function of the areas, by area and name."""
    return {
        f"{_own_name(area)}.{name}": value
        for area in scenarios.AREAS
        for name, value in vars(area).items()
        if inspect.isgeneratorfunction(value) and not name.startswith("_")
        if value.__module__ == area.__name__
    }


def run(scenario: Scenario, url: str) -> list[tuple[Ask, Step]]:
    """Ask a registry everything; return the requests with their answers, in order."""
    transcript, script = [], scenario()
    asked = next(script, None)
    while asked is not None:
        answer, body = _answer(urlsplit(url).netloc, asked)
        transcript.append((asked, Step(asked.step, answer)))
        try:
            asked = script.send(body)
        except StopIteration:
            asked = None
    return transcript


def _answer(address: str, asked: Ask) -> tuple[dict[str, Any], Any]:
    """An answer as it is compared, and its body as it came."""
    # A connection each: Jetty closes one without a word after a request that it finds malformed.
    with closing(HTTPConnection(address, timeout=TIMEOUT_S)) as connection:
        connection.request(asked.method, asked.target, asked.body, dict(asked.headers))
        response = connection.getresponse()
        text = response.read().decode("utf-8")
    is_error = response.status >= FIRST_ERROR
    try:
        body = json.loads(text) if text else None
    except ValueError:
        body = NO_JSON if is_error else {"text": text}
    if HASHED.match(asked.target) and isinstance(body, list):
        body = sorted(body, key=str)
    answer: dict[str, Any] = {"status": response.status}
    if not is_error:
        answer["type"] = _media_type(response)
        if "Allow" in response.headers:
            answer["allow"] = sorted(response.headers["Allow"].replace(" ", "").split(","))
    masked = mask(body)
    if asked.method == "POST" and isinstance(masked, dict):
        masked = {name: each for name, each in masked.items() if name not in SOMETIMES}
    return {**answer, "body": masked}, body


def _media_type(response: HTTPResponse) -> str | None:
    given = response.headers.get("Content-Type")
    return None if given is None else given.partition(";")[0]


def _own_name(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]
