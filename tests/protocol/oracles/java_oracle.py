"""Kafka's own message classes as a judge of our bytes: they read them and write them again.

With `test_declarations`, which compares names and order of all fields, equal bytes mean that every
value arrived in the field it was meant for.
"""

import subprocess
from pathlib import Path
from types import TracebackType

from hypothesis import strategies as st

from odradek.protocol.declaration import Message, Request, Response
from tests.protocol.values import messages

SOURCE = Path(__file__).with_name("Reencode.java")

PACKAGES = {
    "cluster_metadata": "org.apache.kafka.common.metadata",
    "consumer_offsets": "org.apache.kafka.coordinator.group.generated",
    "transaction_state": "org.apache.kafka.coordinator.transaction.generated",
}


class KafkaJava:
    """A JVM that answers one question at a time."""

    def __init__(self, jars: Path) -> None:
        self._process = subprocess.Popen(
            ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*", str(SOURCE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> "KafkaJava":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=60)

    def reencode(self, java_class: str, version: int, encoded: bytes) -> bytes:
        """What Kafka makes of the bytes; raises ValueError with its words when it refuses them."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(java_class, version, encoded.hex(), file=self._process.stdin, flush=True)
        return bytes.fromhex(self._process.stdout.readline())


class KafkaJavaVersion:
    """Kafka's class for one message, in one version."""

    def __init__(self, java: KafkaJava, message: type[Message], version: int) -> None:
        self._java = java
        self.message = message
        self.version = version
        self.java_class = _java_class(message)

    def messages(self) -> st.SearchStrategy[Message]:
        return messages(self.message, self.version)

    def encode(self, message: Message) -> bytes:
        """The bytes Kafka writes after reading ours."""
        return self._java.reencode(self.java_class, self.version, message.encode(self.version))


def _java_class(message: type[Message]) -> str:
    module = message.__module__.rpartition(".")[2]
    package = PACKAGES.get(module, "org.apache.kafka.common.message")
    suffix = "Data" if issubclass(message, Request | Response) else ""
    return f"{package}.{message.__name__}{suffix}"
