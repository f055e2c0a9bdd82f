"""One registry as a process on an odradek broker: under clients, and starting on a full topic.

CPU is that of the registry's process, all threads, user and system.
"""

import subprocess
import sys
import time

import msgspec
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from benchmarks.processes import cpu_seconds, rss_mb
from benchmarks.registry.contenders import Start
from benchmarks.registry.http_client import KNOWN_SCHEMAS, Answered
from benchmarks.registry.schemas import TIMEOUT_S, fill_topic

WARM_UP_FIRST = 10**9
"""As many requests come before those that are measured: a JVM compiles meanwhile."""


class Served(msgspec.Struct, frozen=True):
    """Requests under load, and what each cost the registry."""

    requests_per_s: float
    p50_ms: float
    p99_ms: float
    cpu_us_per_request: float


class Started(msgspec.Struct, frozen=True):
    """A start until everything is served."""

    seconds: float
    cpu_seconds: float
    rss_mb: float


def full_topic(servers: str, name: str, schemas: int) -> str:
    """Make a topic with so many schemas, and give its name."""
    new = NewTopic(name, 1, 1, config={"cleanup.policy": "compact"})
    admin = AdminClient({"bootstrap.servers": servers})
    admin.create_topics([new])[name].result(TIMEOUT_S)
    fill_topic(servers, name, schemas)
    return name


def measure_requests(
    start: Start, servers: str, topic: str, way: str, clients: int, requests: int
) -> Served:
    """So many requests of each client to a registry that knows what they ask for."""
    full_topic(servers, topic, KNOWN_SCHEMAS)
    registry = start(servers, topic)
    try:
        run_clients(registry.address, way, clients, requests, first=WARM_UP_FIRST)
        before_s = cpu_seconds(registry.pid)
        answered = run_clients(registry.address, way, clients, requests)
        cpu_s = cpu_seconds(registry.pid) - before_s
    finally:
        registry.stop()
    return Served(
        answered.requests / answered.seconds,
        answered.p50_us / 1e3,
        answered.p99_us / 1e3,
        cpu_s / answered.requests * 1e6,
    )


def measure_start(start: Start, servers: str, topic: str) -> Started:
    """One start on whatever the topic holds, until the process serves."""
    began_s = time.perf_counter()
    registry = start(servers, topic)
    seconds = time.perf_counter() - began_s
    try:
        return Started(seconds, cpu_seconds(registry.pid), rss_mb(registry.pid))
    finally:
        registry.stop()


def run_clients(
    url: str, way: str, clients: int, requests: int, *, first: int = KNOWN_SCHEMAS
) -> Answered:
    """Run clients in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.registry.http_client", way, url]
    command += ["--clients", str(clients), "--requests", str(requests), "--first", str(first)]
    finished = subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, check=True
    )
    return msgspec.json.decode(finished.stdout, type=Answered)
