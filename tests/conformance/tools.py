"""Apache Kafka's command line tools, as an administrator runs them against a broker."""

from dataclasses import dataclass

from odradek.ops.cluster import run_tool

TOOLS = "org.apache.kafka.tools"


@dataclass(frozen=True, slots=True)
class Tool:
    """Runs tools against one broker; one that fails, fails the test."""

    bootstrap_servers: str

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
        result = run_tool(main_class, *everything, stdin=stdin)
        return result.returncode, result.stdout + result.stderr
