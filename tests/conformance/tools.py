"""Apache Kafka's command line tools, as an administrator runs them against a broker.

They share one JVM (`java/ToolRunner.java`), since starting one is nearly all that a tool takes.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from odradek.ops.cluster.cache import build_once
from odradek.ops.cluster.jars import jar_directory, require_program
from odradek.ops.cluster.java import KAFKA, java_command

TOOLS = "org.apache.kafka.tools"
SOURCE = Path(__file__).parent / "java" / "ToolRunner.java"


class ToolRunner:
    """The JVM that runs tools one after another; use it as a context manager."""

    def __init__(self) -> None:
        command = java_command(SOURCE.stem, more_classes=_compiled())
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=60)

    def run(self, main_class: str, *arguments: str, stdin: str = "") -> tuple[int, str]:
        """Run one tool to its end; return its exit code and all it printed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"tool": main_class, "arguments": arguments, "stdin": stdin}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"the JVM of the tools ended in {main_class}"
        answer: dict[str, Any] = json.loads(line)
        return answer["exit_code"], answer["output"]


@dataclass(frozen=True, slots=True)
class Tool:
    """Runs tools against one broker; one that fails, fails the test."""

    bootstrap_servers: str
    runner: ToolRunner

    def at(self, bootstrap_servers: str) -> "Tool":
        """The same tools against another broker."""
        return Tool(bootstrap_servers, self.runner)

    def run(self, tool: str, *arguments: str, stdin: str = "") -> str:
        """Run the tool and return what it printed."""
        exit_code, output = self.run_to_its_end(tool, *arguments, stdin=stdin)
        assert exit_code == 0, output
        return output

    def fail(self, tool: str, *arguments: str) -> str:
        """Run the tool, which must refuse, and return what it said."""
        exit_code, output = self.run_to_its_end(tool, *arguments)
        assert exit_code != 0, output
        return output

    def run_to_its_end(self, tool: str, *arguments: str, stdin: str = "") -> tuple[int, str]:
        main_class = tool if tool.startswith("kafka.") else f"{TOOLS}.{tool}"
        everything = ("--bootstrap-server", self.bootstrap_servers, *arguments)
        return self.runner.run(main_class, *everything, stdin=stdin)


def _compiled() -> Path:
    return build_once("classes", SOURCE.stem.lower(), source=SOURCE.read_bytes(), build=_compile)


def _compile(output: Path) -> None:
    compiler = require_program("javac", "The Java compiler")
    class_path = f"{jar_directory(KAFKA)}/*"
    subprocess.run([compiler, "-cp", class_path, "-d", str(output), str(SOURCE)], check=True)
