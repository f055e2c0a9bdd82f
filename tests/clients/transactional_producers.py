"""Transactional producers in a process of their own, which a test can pause.

Run as a program it drives librdkafka's, one JSON request a line; `java/TransactionalProducers.java`
does the same with Kafka's own: `open` a producer by a name, `begin`, `send`, `commit`. An answer is
empty, or has the `error` under the name that the library's user sees.
"""

import json
import sys
from typing import Any

from confluent_kafka import KafkaException, Producer

from tests.clients.java_client import program_command
from tests.clients.json_lines import JsonLinesProgram
from tests.machine import obtain

TIMEOUT_S = 60.0


def start(library: str, bootstrap_servers: str) -> JsonLinesProgram:
    """The program of a library; a missing runtime skips the test."""
    command = [sys.executable, "-m", "tests.clients.transactional_producers"]
    if library == "java":
        command = obtain(lambda: program_command("TransactionalProducers"))
    return JsonLinesProgram(command, bootstrap_servers=bootstrap_servers)


class Producers:
    """librdkafka's producers by name."""

    def __init__(self) -> None:
        self._producers: dict[str, Producer] = {}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Act, and tell what went wrong."""
        try:
            getattr(self, request["do"])(request)
        except KafkaException as error:
            return {"error": error.args[0].name()}
        return {}

    def open(self, request: dict[str, Any]) -> None:
        timeout_ms = request["timeout_ms"]
        producer = Producer(
            {
                "bootstrap.servers": request["bootstrap_servers"],
                "transactional.id": request["transactional_id"],
                "transaction.timeout.ms": timeout_ms,
                "message.timeout.ms": timeout_ms,
                "log_level": 0,
            }
        )
        producer.init_transactions(TIMEOUT_S)
        self._producers[request["producer"]] = producer

    def begin(self, request: dict[str, Any]) -> None:
        self._producers[request["producer"]].begin_transaction()

    def send(self, request: dict[str, Any]) -> None:
        producer = self._producers[request["producer"]]
        producer.produce(request["topic"], request["value"])
        # Raises what is fatal; what is not, the end of the transaction tells.
        producer.flush(TIMEOUT_S)

    def commit(self, request: dict[str, Any]) -> None:
        self._producers[request["producer"]].commit_transaction(TIMEOUT_S)


def main() -> None:
    """Answer until the input ends."""
    producers = Producers()
    for line in sys.stdin:
        print(json.dumps(producers.answer(json.loads(line))), flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
