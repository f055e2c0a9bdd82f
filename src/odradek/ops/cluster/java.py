"""Runs a main class of a jar directory: a short-lived tool, or a server that stays.

Two sets of JVM options: `LEAN_JVM` starts fast and stays small (tools, tests), `SERVER_JVM` is what
Apache Kafka's own start script passes to a broker (benchmarks, where anything else would be unfair
to it). This module starts processes and interprets nothing they print.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from odradek.ops.cluster.class_archive import archive_options
from odradek.ops.cluster.jars import jar_directory, require_program

KAFKA = "kafka-4.3.1"

LEAN_JVM = ("-Xmx256m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k")
SERVER_JVM = (
    "-Xmx1g",
    "-Xms1g",
    "-server",
    "-XX:+UseG1GC",
    "-XX:MaxGCPauseMillis=20",
    "-XX:InitiatingHeapOccupancyPercent=35",
    "-XX:+ExplicitGCInvokesConcurrent",
    "-XX:MaxInlineLevel=15",
    "-Djava.awt.headless=true",
)


def java_command(
    main_class: str,
    *arguments: str,
    jvm_options: Sequence[str] = LEAN_JVM,
    jars: Path | None = None,
    more_classes: Path | None = None,
) -> list[str]:
    """Return the command line that runs `main_class` with everything in `jars` on its class path.

    `jars` defaults to Apache Kafka's; `more_classes` is a directory of compiled classes. It comes
    last: the class archive wants the class path to begin with what it was made of.
    Raises JarsUnavailable.
    """
    jars = jars or jar_directory(KAFKA)
    class_path = [f"{jars}/*", *([str(more_classes)] if more_classes else [])]
    java = require_program("java", "Java")
    options = (*archive_options(jars, jvm_options), *jvm_options)
    return [java, *options, "-cp", ":".join(class_path), main_class, *arguments]


def run_tool(
    main_class: str,
    *arguments: str,
    stdin: str = "",
    timeout_s: float = 120,
    jvm_options: Sequence[str] = LEAN_JVM,
    jars: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run one of Apache Kafka's command line tools to its end; the caller reads its exit code.

    A tool takes about 1.5 s, nearly all of it the JVM's start. `jars` defaults to Apache Kafka's.
    Raises JarsUnavailable, and subprocess.TimeoutExpired after `timeout_s`.
    """
    command = java_command(main_class, *arguments, jvm_options=jvm_options, jars=jars)
    return subprocess.run(  # noqa: S603 - Apache's tools, no shell
        command, input=stdin, capture_output=True, text=True, timeout=timeout_s, check=False
    )


def start_server(
    command: Sequence[str], *, output: IO[bytes], directory: Path
) -> subprocess.Popen[bytes]:
    """Start a long-running Java process in `directory`, all it prints going to `output`."""
    return subprocess.Popen(  # noqa: S603 - a command built by java_command, no shell
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=directory
    )
