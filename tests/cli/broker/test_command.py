import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import Odradek

TIMEOUT_S = 60


@contextmanager
def broker_process(*arguments: str, listen: str = "127.0.0.1:0") -> Iterator[subprocess.Popen[str]]:
    """`odradek broker`, whose ready line was not read yet; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "odradek", "broker", "--listen", listen, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def ready_address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("ready: broker at 127.0.0.1:")
    return line.removeprefix("ready: broker at ").strip()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_broker_says_where_it_serves_and_stops_on_a_signal(
    tmp_path: Path, number: signal.Signals
) -> None:
    with broker_process("--data-dir", str(tmp_path)) as process:
        host, port = ready_address(process).split(":")
        socket.create_connection((host, int(port)), timeout=TIMEOUT_S).close()
        process.send_signal(number)
        rest, stderr = process.communicate(timeout=TIMEOUT_S)

    assert (process.returncode, rest) == (0, ""), stderr
    assert "Traceback" not in stderr


def test_broker_stops_with_the_program_that_started_it(tmp_path: Path) -> None:
    with broker_process("--data-dir", str(tmp_path), "--exit-with-parent") as process:
        ready_address(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(TIMEOUT_S) == 0


def test_closed_stdin_does_not_stop_a_broker_that_was_not_told_so(tmp_path: Path) -> None:
    with broker_process("--data-dir", str(tmp_path)) as process:
        host, port = ready_address(process).split(":")
        assert process.stdin is not None
        process.stdin.close()
        socket.create_connection((host, int(port)), timeout=TIMEOUT_S).close()
        assert process.poll() is None


def test_serving_process_loads_no_client_and_no_terminal_library(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from odradek.cli.app import run\n"
        "class Told:\n"
        "    def write(self, text): os.kill(os.getpid(), signal.SIGTERM)\n"
        "    def flush(self): pass\n"
        "stdout, sys.stdout = sys.stdout, Told()\n"
        f"run(['broker', '--listen', '127.0.0.1:0', '--data-dir', {str(tmp_path)!r}])\n"
        "unwanted = [m for m in ('confluent_kafka', 'kafka', 'rich') if sys.modules.get(m)]\n"
        "print(unwanted or 'none', file=stdout)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=TIMEOUT_S
    )

    assert done.stdout == "none\n"


def test_settings_reach_the_broker_from_file_and_command_line(tmp_path: Path) -> None:
    config = tmp_path / "odradek.toml"
    config.write_text(f'[broker]\n"log.dirs" = "{tmp_path / "data"}"\n')
    with broker_process("--config", str(config), "--set", "broker.cluster.id=chosen") as process:
        ready_address(process)
        assert "cluster.id=chosen" in (tmp_path / "data" / "meta.properties").read_text()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--listen", "nowhere"), "--listen nowhere"),
        (("--set", "broker.log.retention=5"), "unknown setting broker.log.retention"),
        (("--set", "nonsense"), "--set nonsense cannot be read"),
        (("--config", "none.toml"), "the configuration file none.toml cannot be read"),
        (("--durability", "hope"), 'Invalid value "hope" for --durability.'),
    ],
)
def test_wrong_setting_is_answered_with_one_sentence(
    odradek: Odradek, arguments: tuple[str, ...], complaint: str
) -> None:
    outcome = odradek("broker", *arguments)

    assert (outcome.code, outcome.stdout) == (1, "")
    assert complaint in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def failed_start(data_dir: Path, *, listen: str = "127.0.0.1:0") -> str:
    """The stderr of a broker that must not start."""
    with broker_process("--data-dir", str(data_dir), listen=listen) as process:
        stdout, stderr = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 1
    assert stdout == ""
    assert "Traceback" not in stderr
    return stderr.strip().splitlines()[-1]


def test_port_that_is_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert address in failed_start(tmp_path, listen=address)


def test_data_directory_in_use_is_told_in_one_sentence(tmp_path: Path) -> None:
    with broker_process("--data-dir", str(tmp_path)) as process:
        ready_address(process)
        assert str(tmp_path) in failed_start(tmp_path)


def test_data_directory_that_is_a_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    assert str(file) in failed_start(file)
