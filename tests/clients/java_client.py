"""Apache Kafka's own Java client, through `java/Driver.java`, compiled against Kafka's jars."""

import subprocess
from pathlib import Path

from odradek.ops.cluster.cache import build_once
from odradek.ops.cluster.jars import jar_directory, require_program
from odradek.ops.cluster.java import KAFKA, LEAN_JVM, java_command
from tests.clients.json_lines import JsonLinesClient

SOURCES = Path(__file__).parent / "java"


class JavaClient(JsonLinesClient):
    name = "java"

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__(bootstrap_servers, driver_command)


def driver_command() -> list[str]:
    """Return the command that runs the driver; raises JarsUnavailable."""
    return program_command("Driver")


def program_command(program: str, *arguments: str) -> list[str]:
    """Return the command that runs one of our programs; raises JarsUnavailable."""
    logging = "-Dlog4j2.level=OFF"
    return java_command(
        program,
        *arguments,
        jvm_options=(*LEAN_JVM, logging),
        more_classes=compile_program(program),
    )


def compile_program(program: str) -> Path:
    """Return the directory of the program's classes, compiled once per source."""
    source = SOURCES / f"{program}.java"
    return build_once(
        "classes",
        f"client-{program.lower()}",
        source=source.read_bytes(),
        build=lambda output: _compile(source, output),
    )


def _compile(source: Path, output: Path) -> None:
    compiler = require_program("javac", "The Java compiler")
    class_path = f"{jar_directory(KAFKA)}/*"
    subprocess.run([compiler, "-cp", class_path, "-d", str(output), str(source)], check=True)
