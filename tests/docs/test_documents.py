"""What the documents promise exists."""

import re
import shlex
from pathlib import Path

import pytest

from odradek.cli.app import app
from odradek.config import load
from odradek.config.configuration import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
DECISION_LINES_MAX = 40


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shown_configuration_loads(document: Path) -> None:
    for text in blocks(document.read_text(encoding="utf-8"), "toml"):
        if any(f"[{section}]" in text for section in SECTIONS):
            load(text, {}, [])


def shown_commands(document: Path) -> list[list[str]]:
    text = "".join(blocks(document.read_text(encoding="utf-8"), "(?:console|sh|bash)"))
    typed = [line.removeprefix("$ ") for line in text.splitlines()]
    parts = [part.strip() for line in typed for part in re.split(r" [|<>&] ", line)]
    return [shlex.split(part, comments=True)[1:] for part in parts if part.startswith("odradek ")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shown_commands_parse(document: Path) -> None:
    for arguments in shown_commands(document):
        app.parse_args(arguments, exit_on_error=False, print_error=False)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shown_python_is_python(document: Path) -> None:
    for text in blocks(document.read_text(encoding="utf-8"), "python"):
        compile(text, str(document), "exec")


def test_how_to_names_every_fixture_of_the_plugin() -> None:
    guide = (ROOT / "docs/how-to/test-with-a-real-kafka.md").read_text(encoding="utf-8")
    plugin = (ROOT / "src/odradek/testing/pytest_plugin.py").read_text(encoding="utf-8")
    fixtures = re.findall(r"@pytest\.fixture.*?\ndef (\w+)\(", plugin)
    assert fixtures
    assert [name for name in fixtures if f"| `{name}` |" not in guide] == []


def test_decisions_are_numbered_and_short() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(file.name[:4]) for file in decisions] == list(range(1, len(decisions) + 1))
    for file in decisions:
        text = file.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= DECISION_LINES_MAX, file.name
        for part in ("Context", "Choice", "Consequence", "What would change our mind"):
            assert f"**{part}.**" in text, (file.name, part)


def test_make_targets_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        shown = set(re.findall(r"(?:`|^)make ([a-z]+)", document.read_text(), re.MULTILINE))
        assert shown <= targets, document.name
