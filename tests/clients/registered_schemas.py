"""Clients of other languages that write and read with a registry's schemas: one set of tests."""

from collections.abc import Callable

from tests.clients.confluent_java import confluent_java_command
from tests.clients.json_lines import JsonLinesProgram
from tests.clients.kafka_js import script_command

COMMANDS: dict[str, Callable[[], list[str]]] = {
    "java": confluent_java_command,
    "kafkajs": lambda: script_command("registered_schemas.js"),
}


class RegisteredSchemas:
    """One process with a library's serializers, one request at a time."""

    def __init__(self, library: str, bootstrap_servers: str, registry_url: str) -> None:
        self._program = JsonLinesProgram(
            COMMANDS[library](), bootstrap_servers=bootstrap_servers, registry=registry_url
        )

    def produce(
        self, topic: str, schema_type: str, schema: str, values: list[object]
    ) -> int | None:
        """Register the schema and write the values; or return the status of the refusal."""
        answer = self._program.ask(
            "produce", topic=topic, format=schema_type, schema=schema, values=values
        )
        refused: int | None = answer.get("refused")
        return refused

    def consume(self, topic: str, schema_type: str, *, count: int) -> list[object]:
        """Read the first `count` values of a topic of one partition."""
        asked = {"topic": topic, "format": schema_type, "count": count}
        values: list[object] = self._program.ask("consume", **asked)["values"]
        return values

    def close(self) -> None:
        """End the process."""
        self._program.close()
