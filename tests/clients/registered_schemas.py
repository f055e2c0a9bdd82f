"""Clients of other languages that write and read with a registry's schemas: one set of tests."""

from collections.abc import Callable

from tests.clients.confluent_java import confluent_java_command
from tests.clients.json_lines import JsonLinesProgram
from tests.clients.kafka_js import script_command

COMMANDS: dict[str, Callable[[], list[str]]] = {
    "java": confluent_java_command,
    "kafkajs": lambda: script_command("registered_schemas.js"),
}


def start(library: str, bootstrap_servers: str, registry_url: str) -> JsonLinesProgram:
    """Start a process with a library's serializers, which does one thing at a time."""
    return JsonLinesProgram(
        COMMANDS[library](), bootstrap_servers=bootstrap_servers, registry=registry_url
    )


class RegisteredSchemas:
    """A library's serializers in such a process; schemas are named in front of the data, or in
    headers."""

    def __init__(self, program: JsonLinesProgram, *, in_headers: bool = False) -> None:
        self._program = program
        self._in_headers = in_headers

    def produce(
        self, topic: str, schema_type: str, schema: str, values: list[object]
    ) -> int | None:
        """Register the schema and write the values; or return the status of the refusal."""
        asked = {"topic": topic, "format": schema_type, "schema": schema, "values": values}
        answer = self._program.ask("produce", **asked, in_headers=self._in_headers)
        refused: int | None = answer.get("refused")
        return refused

    def consume(self, topic: str, schema_type: str, *, count: int) -> list[object]:
        """Read the first `count` values of a topic of one partition."""
        asked = {"topic": topic, "format": schema_type, "count": count}
        values: list[object] = self._program.ask("consume", **asked)["values"]
        return values
