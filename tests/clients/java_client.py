"""Apache Kafka's own Java client, through `java/Driver.java`, compiled against Kafka's jars."""

import subprocess
from pathlib import Path

from odradek.ops.cluster.cache import build_once
from odradek.ops.cluster.jars import jar_directory, require_program
from odradek.ops.cluster.java import KAFKA, LEAN_JVM, java_command
from tests.clients.json_lines import JsonLinesClient

SOURCE = Path(__file__).parent / "java" / "Driver.java"


class JavaClient(JsonLinesClient):
    name = "java"

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__(bootstrap_servers, driver_command)


def driver_command() -> list[str]:
    """Return the command that runs the driver; raises JarsUnavailable."""
    logging = "-Dlog4j2.level=OFF"
    return java_command("Driver", jvm_options=(*LEAN_JVM, logging), more_classes=compile_driver())


def compile_driver() -> Path:
    """Return the directory of the driver's classes, compiled once per source."""
    return build_once("classes", "client-driver", source=SOURCE.read_bytes(), build=_compile)


def _compile(output: Path) -> None:
    compiler = require_program("javac", "The Java compiler")
    class_path = f"{jar_directory(KAFKA)}/*"
    subprocess.run([compiler, "-cp", class_path, "-d", str(output), str(SOURCE)], check=True)
