"""Kafka's own message definitions, read from its jars when a test runs."""

import json
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

LOCATIONS = ("common/message/", "common/metadata/")


@cache
def read_definitions(jars: Path) -> dict[str, dict[str, Any]]:
    """The definitions of all messages in `jars`, by message name."""
    definitions = {}
    for jar in sorted(jars.glob("kafka*.jar")):
        with zipfile.ZipFile(jar) as archive:
            for name in archive.namelist():
                if name.startswith(LOCATIONS) and name.endswith(".json"):
                    definition = _parse(archive.read(name).decode())
                    definitions[definition["name"]] = definition
    return definitions


def _parse(text: str) -> dict[str, Any]:
    """The definitions are JSON with comments that take whole lines."""
    without_comments = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    definition: dict[str, Any] = json.loads(without_comments)
    return definition
