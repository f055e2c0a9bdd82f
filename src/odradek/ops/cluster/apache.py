"""One real Apache Kafka node (KRaft, broker and controller in one process) on loopback ports.

    with ApacheKafka(properties={"num.partitions": "4"}) as kafka:
        connect_to(kafka.bootstrap_servers)

Invariants: ports and directories are its own, so any number run side by side; `start` returns only
when Metadata names the broker; `kill` and `stop` keep the data, so `start` afterwards is a restart
on the same log; leaving the `with` removes what it created. It deliberately offers no cluster of
several nodes and no security.
"""

import base64
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from odradek.ops.cluster.java import LEAN_JVM, java_command, run_tool, start_server
from odradek.ops.cluster.nodes.logging_files import LOG4J2
from odradek.ops.cluster.ports import HOST, free_ports
from odradek.ops.cluster.readiness import NotReady, wait_until_ready

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
_LOG_LINES_SHOWN = 5


class ApacheKafkaError(RuntimeError):
    """The node could not be formatted or started; the message ends with its last log lines."""


class ApacheKafka:
    """A single Apache Kafka 4.3.1 node, to be used as a context manager.

    `properties` override any server property. `jvm_options` is LEAN_JVM unless a benchmark passes
    SERVER_JVM. `directory` keeps data and log after the end; without one a temporary directory is
    used and removed. A node with thousands of partitions may need more than `start_timeout_s`.
    """

    def __init__(
        self,
        *,
        properties: Mapping[str, str] | None = None,
        jvm_options: Sequence[str] = LEAN_JVM,
        directory: Path | None = None,
        start_timeout_s: float = START_TIMEOUT_S,
        stop_timeout_s: float = STOP_TIMEOUT_S,
    ) -> None:
        self._is_temporary = directory is None
        self.directory = directory or Path(tempfile.mkdtemp(prefix="apache-kafka-"))
        self.data_dir = self.directory / "data"
        self.log_file = self.directory / "server.log"
        self._jvm_options = jvm_options
        self._start_timeout_s = start_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self.port, controller_port = free_ports(2)
        self._properties = node_properties(self.port, controller_port, self.data_dir)
        self._properties.update(properties or {})

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def pid(self) -> int:
        """The JVM's process id; raises ApacheKafkaError when it is not running."""
        if self._process is None:
            raise ApacheKafkaError("the node is not running")
        return self._process.pid

    def start(self) -> None:
        """Format the data directory if it is new, start the node and wait until it serves."""
        self.directory.mkdir(parents=True, exist_ok=True)
        server_properties = self._write_configuration()
        if not (self.data_dir / "meta.properties").exists():
            self._format(server_properties)
        logging = f"-Dlog4j2.configurationFile={self.directory / 'log4j2.properties'}"
        command = java_command(
            "kafka.Kafka", str(server_properties), jvm_options=(*self._jvm_options, logging)
        )
        with self.log_file.open("ab") as output:
            process = start_server(command, output=output, directory=self.directory)
        self._process = process
        try:
            wait_until_ready(
                HOST,
                self.port,
                brokers=1,
                timeout_s=self._start_timeout_s,
                is_running=lambda: process.poll() is None,
            )
        except NotReady as error:
            self.kill()
            raise ApacheKafkaError(f"Apache Kafka: {error}\n{self._last_log_lines()}") from error

    def stop(self) -> None:
        """Stop cleanly (SIGTERM); a node that ignores it for `stop_timeout_s` is killed."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(self._stop_timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End the process at once (SIGKILL), as a crash would; the data stays."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._remove_temporary()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._remove_temporary()

    def _write_configuration(self) -> Path:
        (self.directory / "log4j2.properties").write_text(LOG4J2)
        path = self.directory / "server.properties"
        path.write_text("".join(f"{key}={value}\n" for key, value in self._properties.items()))
        return path

    def _format(self, server_properties: Path) -> None:
        cluster_id = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
        # One argument with "=": an id may begin with a dash, which would read as an option.
        arguments = ("format", f"--cluster-id={cluster_id}", "-c", str(server_properties))
        result = run_tool("kafka.tools.StorageTool", *arguments)
        if result.returncode != 0:
            raise ApacheKafkaError(f"Apache Kafka: formatting failed: {result.stderr.strip()}")

    def _last_log_lines(self) -> str:
        return "\n".join(self.log_file.read_text().splitlines()[-_LOG_LINES_SHOWN:])

    def _remove_temporary(self) -> None:
        if self._is_temporary:
            shutil.rmtree(self.directory, ignore_errors=True)


def node_properties(port: int, controller_port: int, data_dir: Path) -> dict[str, str]:
    """The properties that one node on loopback needs; every other one keeps Kafka's default."""
    internal_topics_on_one_node = {
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
    }
    return {
        "process.roles": "broker,controller",
        "node.id": "0",
        "controller.quorum.voters": f"0@{HOST}:{controller_port}",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": str(data_dir),
        **internal_topics_on_one_node,
    }
