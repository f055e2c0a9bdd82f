"""Runs real clients, each in a process of its own, and reads what they say they did.

librdkafka is driven by `librdkafka_client` and `transactional_client`, Java's producer and consumer
by Apache Kafka's own ProducerPerformance and ConsumerPerformance, a group's members by
`group_client`. A client that fails, or prints something else, is a `LoadFailed` with its own words.
"""

import re
import subprocess
import sys
from pathlib import Path

import msgspec

from benchmarks.group_client import GroupTimes
from benchmarks.librdkafka_client import ClientResult
from benchmarks.load_generator import LoadFailed
from benchmarks.loads import CONSUMED_TOPIC, ClientLoad, TransactionLoad
from benchmarks.processes import HOST
from benchmarks.transactional_client import TransactionTimes
from odradek.ops.cluster import run_tool

CLIENT_TIMEOUT_S = 120.0
REPOSITORY = Path(__file__).parent.parent
CLIENT_JVM = ("-Xmx512m", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20")
"""What Apache's scripts give these two tools."""
PRODUCER_SETTINGS = ("acks=1", "linger.ms=5", "compression.type=none")
_PRODUCED = re.compile(r"^(\d+) records sent, ([\d.]+) records/sec .* 99\.9th\.?$", re.MULTILINE)


def run_client(load: ClientLoad, *, port: int, topic: str) -> ClientResult:
    """Run one client to its end. Raises LoadFailed."""
    if load.client == "librdkafka":
        mode = "produce" if load.mode == "produce" else "consume"
        arguments = [mode, f"--port={port}", f"--topic={topic}", f"--records={load.records}"]
        output = _run_module(
            "benchmarks.librdkafka_client", *arguments, f"--value-bytes={load.value_bytes}"
        )
        return msgspec.json.decode(output, type=ClientResult)
    if load.mode == "produce":
        return parse_producer_performance(_produce_with_java(load, port, topic), load)
    return parse_consumer_performance(_consume_with_java(load, port, topic), load)


def run_transactions(load: TransactionLoad, *, port: int, topic: str) -> TransactionTimes:
    """Run one transactional client to its end. Raises LoadFailed."""
    settings = {
        "port": port,
        "topic": topic,
        "source": CONSUMED_TOPIC,
        "transactions": load.transactions,
        "records": load.records,
        "value-bytes": load.value_bytes,
        "abort-every": load.abort_every,
    }
    arguments = [f"--{name}={value}" for name, value in settings.items()]
    output = _run_module("benchmarks.transactional_client", load.mode, *arguments)
    return msgspec.json.decode(output, type=TransactionTimes)


def change_group(*, port: int, group: str, members: int) -> GroupTimes:
    """Let a group form and one of its members leave. Raises LoadFailed."""
    arguments = (f"--port={port}", f"--group={group}", f"--members={members}")
    return msgspec.json.decode(_run_module("benchmarks.group_client", *arguments), type=GroupTimes)


def parse_producer_performance(output: str, load: ClientLoad) -> ClientResult:
    """Return the totals, which stand in its last line; raises LoadFailed without one."""
    found = _PRODUCED.search(output)
    if found is None or int(found[1]) != load.records:
        raise LoadFailed(f"ProducerPerformance printed no totals: {output[-200:]!r}")
    return ClientResult(
        load.records, load.records * load.value_bytes, load.records / float(found[2])
    )


def parse_consumer_performance(output: str, load: ClientLoad) -> ClientResult:
    """Return the totals without the time that joining its group took; raises LoadFailed."""
    lines = output.strip().splitlines() or [""]
    names = next((line for line in lines if line.startswith("start.time")), "").split(",")
    columns = zip(names, lines[-1].split(","), strict=False)
    values = {name.strip(): value.strip() for name, value in columns}
    try:
        records, records_per_s = (
            int(values["data.consumed.in.nMsg"]),
            float(values["fetch.nMsg.sec"]),
        )
    except (KeyError, ValueError):
        raise LoadFailed(f"ConsumerPerformance printed no totals: {output[-200:]!r}") from None
    if records < load.records:
        raise LoadFailed(f"ConsumerPerformance read {records} of {load.records} records")
    return ClientResult(records, records * load.value_bytes, records / records_per_s)


def _produce_with_java(load: ClientLoad, port: int, topic: str) -> str:
    return _run_tool(
        "org.apache.kafka.tools.ProducerPerformance",
        *("--bootstrap-server", f"{HOST}:{port}", "--topic", topic),
        *("--num-records", str(load.records), "--record-size", str(load.value_bytes)),
        *("--throughput", "-1", "--command-property", *PRODUCER_SETTINGS),
    )


def _consume_with_java(load: ClientLoad, port: int, topic: str) -> str:
    return _run_tool(
        "org.apache.kafka.tools.ConsumerPerformance",
        *("--bootstrap-server", f"{HOST}:{port}", "--topic", topic),
        *("--num-records", str(load.records)),
    )


def _run_tool(main_class: str, *arguments: str) -> str:
    try:
        result = run_tool(
            main_class, *arguments, timeout_s=CLIENT_TIMEOUT_S, jvm_options=CLIENT_JVM
        )
    except subprocess.TimeoutExpired:
        raise LoadFailed(f"{main_class} did not end within {CLIENT_TIMEOUT_S:g} s") from None
    if result.returncode != 0:
        raise LoadFailed(f"{main_class}: {result.stderr.strip()[-500:]}")
    return result.stdout


def _run_module(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    try:
        result = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=CLIENT_TIMEOUT_S,
            check=False,
            cwd=REPOSITORY,
        )
    except subprocess.TimeoutExpired:
        raise LoadFailed(f"{module} did not end within {CLIENT_TIMEOUT_S:g} s") from None
    if result.returncode != 0:
        raise LoadFailed(f"{module}: {result.stderr.strip()[-500:]}")
    return result.stdout
