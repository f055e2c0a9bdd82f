"""Clients of other languages: a small program of ours that answers one JSON line per JSON line.

The program is started for the first request and serves until `close`. Bytes travel as base64.
"""

import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.clients.driver import KafkaClient, Message, ProduceOptions, ProduceRefused

END_TIMEOUT_S = 60


class JsonLinesProgram:
    """The program, and one question at a time."""

    def __init__(self, command: list[str], **common: Any) -> None:
        self._common = common
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid

    def ask(self, action: str, **arguments: Any) -> dict[str, Any]:
        """Its answer to an action with arguments, besides those that are `common` to all."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"do": action, **self._common, **arguments}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the program ended at {action}"
        answer: dict[str, Any] = json.loads(line)
        assert "failed" not in answer, f"{action}: {answer['failed']}"
        return answer

    def close(self) -> None:
        """End it by the end of its input."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(END_TIMEOUT_S)


class JsonLinesClient(KafkaClient):
    """A driver whose library runs in a process of its own."""

    def __init__(self, bootstrap_servers: str, command: Callable[[], list[str]]) -> None:
        super().__init__(bootstrap_servers)
        self._program = JsonLinesProgram(command(), bootstrap_servers=bootstrap_servers)
        self._ask = self._program.ask

    def create_topic(
        self, topic: str, *, partitions: int, configs: Mapping[str, str] | None = None
    ) -> None:
        self._ask("create_topic", topic=topic, partitions=partitions, configs=dict(configs or {}))

    def produce(
        self, topic: str, partition: int, messages: Sequence[Message], options: ProduceOptions
    ) -> list[int]:
        answer = self._ask(
            "produce",
            topic=topic,
            partition=partition,
            compression=options.compression,
            acks=options.acks,
            is_idempotent=options.is_idempotent,
            messages=[_to_json(message) for message in messages],
        )
        if "refused" in answer:
            raise ProduceRefused(answer["refused"])
        offsets: list[int] = answer["offsets"]
        return offsets

    def consume(self, topic: str, partition: int, *, count: int) -> list[tuple[int, Message]]:
        answer = self._ask("consume", topic=topic, partition=partition, count=count)
        return [(record["offset"], _from_json(record)) for record in answer["messages"]]

    def offset_for_time(self, topic: str, partition: int, timestamp_ms: int) -> int | None:
        asked = {"topic": topic, "partition": partition, "timestamp_ms": timestamp_ms}
        offset: int | None = self._ask("offset_for_time", **asked)["offset"]
        return offset

    def close(self) -> None:
        self._program.close()


def _to_json(message: Message) -> dict[str, Any]:
    return {
        "key": _encode(message.key),
        "value": _encode(message.value),
        "headers": [[name, _encode(value)] for name, value in message.headers],
        "timestamp_ms": message.timestamp_ms,
    }


def _from_json(record: dict[str, Any]) -> Message:
    return Message(
        value=_decode(record["value"]),
        key=_decode(record["key"]),
        headers=tuple((name, _decode(value)) for name, value in record["headers"]),
        timestamp_ms=record["timestamp_ms"],
    )


def _encode(content: bytes | None) -> str | None:
    return None if content is None else b64encode(content).decode()


def _decode(content: str | None) -> bytes | None:
    return None if content is None else b64decode(content)
