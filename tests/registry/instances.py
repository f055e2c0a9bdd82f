"""Several instances of the registry under clients that never tire, while some of them are killed.

What must hold afterwards: no id has two schemas, no acknowledged schema is lost, all instances
agree.
"""

import itertools
import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx

from odradek.testing.registry_process import RegistryProcess

TIMEOUT_S = 60.0
TRIES_MAX = 200
CLIENTS = 20
LOOKS_MAX = 300


class Instance:
    """One instance, which comes back where it was after a kill."""

    def __init__(self, servers: str, topic: str) -> None:
        self._servers = servers
        self._settings = {"kafkastore_topic": topic, "kafkastore_transactional_id": topic}
        self._process = RegistryProcess.on(servers, **self._settings)
        self.url = self._process.address

    def kill(self) -> None:
        self._process.kill()

    def start(self) -> None:
        listen = self.url.removeprefix("http://")
        self._process = RegistryProcess.on(self._servers, listen=listen, **self._settings)

    def stop(self) -> None:
        self._process.stop()

    def schemas(self) -> list[Any]:
        answer = httpx.get(f"{self.url}/schemas?subjectPrefix=:*:&deleted=true", timeout=TIMEOUT_S)
        answer.raise_for_status()
        return sorted(answer.json(), key=lambda each: (each["subject"], each["version"]))


@dataclass
class Acknowledged:
    """What clients were told, and how often they were told to try again."""

    ids: dict[str, int] = field(default_factory=dict)
    """By schema."""
    retries: int = 0


def register_until(
    stop: threading.Event, urls: list[str], client: int, told: Acknowledged, seed: int
) -> None:
    """Register one schema after the other, each until it is acknowledged."""
    chance = random.Random(seed * 1_000 + client)
    with httpx.Client(timeout=TIMEOUT_S) as http:
        for number in itertools.count():
            schema = f'{{"type":"enum","name":"E{client}_{number}","symbols":["A"]}}'
            for _ in range(TRIES_MAX):
                acknowledged = _try(http, chance.choice(urls), f"subject-{client}", schema)
                if acknowledged is not None:
                    told.ids[schema] = acknowledged
                    break
                told.retries += 1
            if stop.is_set():
                return


def _try(http: httpx.Client, url: str, subject: str, schema: str) -> int | None:
    body = {"schema": schema}
    try:
        http.put(f"{url}/config/{subject}", json={"compatibility": "NONE"})
        answer = http.post(f"{url}/subjects/{subject}/versions", json=body)
    except httpx.HTTPError:
        return None
    return int(answer.json()["id"]) if answer.status_code == 200 else None


def run(
    instances: list[Instance],
    disturb: Callable[[random.Random], None],
    rounds: Iterable[int],
    seed: int,
) -> Acknowledged:
    """Let clients register while `disturb` is called in each round."""
    told, stop, chance = Acknowledged(), threading.Event(), random.Random(seed)
    urls = [instance.url for instance in instances]
    clients = [
        threading.Thread(target=register_until, args=(stop, urls, number, told, seed))
        for number in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    try:
        for _ in rounds:
            disturb(chance)
    finally:
        stop.set()
        for client in clients:
            client.join()
    return told


def judge(instances: list[Instance], told: Acknowledged) -> None:
    """Raise unless everything holds."""
    views = _settled(instances)
    meanings: dict[int, str] = {}
    for each in views[0]:
        assert meanings.setdefault(each["id"], each["schema"]) == each["schema"], each["id"]
    ids = {each["schema"]: each["id"] for each in views[0]}
    lost = {schema for schema, number in told.ids.items() if ids.get(schema) != number}
    assert lost == set()
    assert len(set(told.ids.values())) == len(told.ids)


def _settled(instances: list[Instance]) -> list[Any]:
    """What the instances say once they have all read as far."""
    pause = threading.Event()
    for _ in range(LOOKS_MAX):
        views = [instance.schemas() for instance in instances]
        if all(view == views[0] for view in views):
            return views
        pause.wait(0.2)
    raise AssertionError("the instances do not agree")
