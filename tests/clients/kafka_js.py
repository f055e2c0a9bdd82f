"""kafkajs, the JavaScript client, through `kafkajs/driver.js`, installed by npm."""

import shutil
import subprocess
from pathlib import Path

from odradek.ops.cluster.cache import build_once
from tests.clients.json_lines import JsonLinesClient
from tests.machine import Missing

SOURCES = Path(__file__).parent / "kafkajs"
SCRIPTS = ("driver.js", "group_member.js", "registered_schemas.js")
PROJECT_FILES = ("package.json", "package-lock.json", *SCRIPTS)
INSTALL_TIMEOUT_S = 300


class KafkaJs(JsonLinesClient):
    name = "kafkajs"

    def __init__(self, bootstrap_servers: str) -> None:
        super().__init__(bootstrap_servers, driver_command)


def driver_command() -> list[str]:
    """Return the command that runs the driver; raises Missing without Node or npm."""
    return script_command("driver.js")


def script_command(script: str) -> list[str]:
    """Return the command that runs one of our scripts; raises Missing without Node or npm."""
    node = _require("node")
    source = b"".join((SOURCES / name).read_bytes() for name in PROJECT_FILES)
    project = build_once("npm", "client-driver", source=source, build=_install)
    return [node, str(project / script)]


def _install(output: Path) -> None:
    npm = _require("npm")
    output.mkdir()
    for name in PROJECT_FILES:
        shutil.copyfile(SOURCES / name, output / name)
    result = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=output,
        capture_output=True,
        text=True,
        timeout=INSTALL_TIMEOUT_S,
        check=False,
    )
    if result.returncode != 0:
        raise Missing(f"npm could not install kafkajs: {result.stderr.strip()[-300:]}")


def _require(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise Missing(f"{program} is not installed, and kafkajs needs it")
    return path
