"""A real Kafka broker for the length of a `with` block.

    with EphemeralBroker() as broker:
        producer = Producer({"bootstrap.servers": broker.bootstrap_servers})

Invariants:
- It listens on loopback, on a free port; `restart` keeps that port and the data directory, so
  connected clients find the same broker again.
- Leaving the block ends the process and removes the data directory, unless the caller named one.

Deliberately not here: more than one broker. A cluster is Apache Kafka's business.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from odradek.testing.broker_process import BrokerProcess

START_TIMEOUT_S = 60.0
NOT_STARTED = "the broker was not started: use it in a `with` block, or call start() first"


class EphemeralBroker:
    """A broker in a child process: a context manager, sync (`with`) and async (`async with`).

    `settings` are broker settings by their names in `odradek.toml`, for example
    `{"auto.create.topics.enable": False}`. `durability` is "process" by default: acknowledged
    records survive a kill of the broker, not a power cut, and tests run faster.
    `data_dir` keeps the data in a directory of the caller's; without it a temporary one is used.
    """

    def __init__(
        self,
        *,
        settings: Mapping[str, object] | None = None,
        durability: Literal["disk", "process"] = "process",
        data_dir: Path | None = None,
        start_timeout_s: float = START_TIMEOUT_S,
    ) -> None:
        self._settings = dict(settings or {})
        self._durability = durability
        self._given_data_dir = data_dir
        self._data_dir: Path | None = None
        self._start_timeout_s = start_timeout_s
        self._process: BrokerProcess | None = None
        self._listen = "127.0.0.1:0"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)

    @property
    def address(self) -> str:
        """The broker's `host:port`."""
        return self._serving().address

    @property
    def bootstrap_servers(self) -> str:
        """What clients take as `bootstrap.servers`: the same as `address`."""
        return self.address

    @property
    def pid(self) -> int:
        """The broker's process id; another one after every restart."""
        return self._serving().pid

    @property
    def is_running(self) -> bool:
        """Whether the broker's process is alive."""
        return self._process is not None and self._process.is_running

    @property
    def data_dir(self) -> Path:
        """The broker's data directory."""
        if self._data_dir is None:
            raise RuntimeError(NOT_STARTED)
        return self._data_dir

    @property
    def log(self) -> str:
        """What the broker wrote to stderr since its last start."""
        return self._serving().log

    def start(self) -> None:
        """Start the broker and return once it serves; raise BrokerStartError when it cannot.

        Starts on the port of the last run, if there was one, with the data it left.
        """
        if self.is_running:
            raise RuntimeError(
                f"the broker already runs at {self.address}; stop it before starting it again"
            )
        if self._data_dir is None:
            self._data_dir = self._given_data_dir or Path(tempfile.mkdtemp(prefix="odradek-"))
        self._process = BrokerProcess.spawn(self._arguments(), timeout_s=self._start_timeout_s)
        self._listen = self._process.address

    def stop(self) -> None:
        """Stop the broker cleanly; its data stays. Does nothing when it does not run."""
        if self._process is not None:
            self._process.stop()

    def kill(self) -> None:
        """Kill the broker (-9), as a crash would; its data stays, as the crash left it."""
        if self._process is not None:
            self._process.kill()

    def restart(self) -> None:
        """Stop the broker if it runs (after `kill` it does not), and start it on the same data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop the broker and remove its data directory, unless the caller named it."""
        self.stop()
        if self._given_data_dir is None and self._data_dir is not None:
            shutil.rmtree(self._data_dir, ignore_errors=True)
            self._data_dir = None

    def create_topic(
        self, topic: str, *, partitions: int = 1, configs: Mapping[str, str] | None = None
    ) -> None:
        """Create a topic and return once it exists; raise KafkaException when it cannot be."""
        from confluent_kafka.admin import AdminClient
        from confluent_kafka.cimpl import NewTopic

        # librdkafka notes on stderr how it winds down, which would clutter somebody's test output.
        admin = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 4})
        new_topic = NewTopic(
            topic, num_partitions=partitions, replication_factor=1, config=dict(configs or {})
        )
        admin.create_topics([new_topic])[topic].result()

    def _serving(self) -> BrokerProcess:
        if self._process is None:
            raise RuntimeError(NOT_STARTED)
        return self._process

    def _arguments(self) -> list[str]:
        arguments = ["--data-dir", str(self.data_dir), "--listen", self._listen]
        arguments += ["--durability", self._durability]
        for name, value in self._settings.items():
            arguments += ["--set", f"broker.{name}={_setting_text(value)}"]
        return arguments


def _setting_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
