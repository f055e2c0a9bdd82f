"""The rules of CONTRIBUTING.md that a machine can check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "odradek"
TESTS = ROOT / "tests"
FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
FOLDER_MODULES_MAX = 14
NAMES_THAT_SAY_NOTHING = {"utils", "util", "common", "helpers", "helper", "misc", "shared"}

LARGER_FOLDERS = {
    "broker/apis": "one module per API, named as in Kafka",
    "broker/log": "one module per file format of Kafka's log and per step of a log's life",
    "config/kafka": "one module per theme of Kafka's own configuration",
    "protocol/messages": "one module per API, named as in Kafka: a catalogue, not a design",
}
"""Folders that may hold more modules, and why."""

UNSOUND_IN_TESTS = re.compile(r"\btime\.sleep\(|mark\.(skip|skipif|xfail)\b|unittest\.mock")
UNFINISHED = re.compile("TODO|FIXME|XXX|NotImplementedError")
MACHINE_PATHS = re.compile(r"""["'\s(](/home/|/root/|/Users/|/work/|/tmp/)""")
REGISTRY_HOSTS = re.compile(r"pypi\.org|pythonhosted|repo[.\w]*\.maven|registry\.npmjs")
TRUTHINESS_OF_A_MESSAGE = re.compile(r"\bif (not )?(message|msg)(:| and | or )")
"""confluent-kafka's Message has a length: a tombstone is false. Compare with None."""


def python_files(*folders: str) -> list[Path]:
    return [file for folder in folders for file in sorted((ROOT / folder).rglob("*.py"))]


EVERYTHING = [
    file
    for file in python_files("src", "tests", "benchmarks", "scripts")
    if file != Path(__file__)  # it spells what it forbids
]
OUR_TEXTS = [
    file
    for pattern in ("*.md", "*.toml", "*.txt", "Makefile", ".ci/*", "docs/**/*.md")
    for file in ROOT.glob(pattern)
]


def shown(file: Path) -> str:
    return str(file.relative_to(ROOT))


def lines_matching(pattern: re.Pattern[str], files: list[Path]) -> list[str]:
    """Every match as file:line, so that the failure can be clicked."""
    return [
        f"{shown(file)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def functions(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def source_folders() -> list[Path]:
    return [SOURCE, *(f for f in sorted(SOURCE.rglob("*")) if f.is_dir() and f.name[0] != "_")]


def modules_in(folder: Path) -> list[str]:
    return [file.stem for file in folder.glob("*.py") if file.stem != "__init__"]


def test_files_are_short() -> None:
    long = [shown(f) for f in EVERYTHING if len(f.read_text().splitlines()) > FILE_LINES_MAX]
    assert long == []


def test_functions_are_short() -> None:
    long = [
        f"{shown(file)}:{function.lineno} {function.name}"
        for file in EVERYTHING
        for function in functions(file)
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_LINES_MAX
    ]
    assert long == []


def test_every_module_of_the_package_says_what_it_is_for() -> None:
    silent = [
        shown(file)
        for file in python_files("src", "benchmarks", "scripts")
        if file.read_text().strip() and ast.get_docstring(ast.parse(file.read_text())) is None
    ]
    assert silent == []


def test_module_names_say_something() -> None:
    vague = [shown(file) for file in EVERYTHING if file.stem in NAMES_THAT_SAY_NOTHING]
    assert vague == []


def test_folders_are_small() -> None:
    crowded = [
        shown(folder)
        for folder in source_folders()
        if len(modules_in(folder)) > FOLDER_MODULES_MAX
        and str(folder.relative_to(SOURCE)) not in LARGER_FOLDERS
    ]
    assert crowded == []


def test_exceptions_for_larger_folders_are_needed() -> None:
    for folder in LARGER_FOLDERS:
        assert len(modules_in(SOURCE / folder)) > FOLDER_MODULES_MAX, folder


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("nothing is left unfinished", UNFINISHED),
        ("no path of somebody's machine", MACHINE_PATHS),
        ("no address of a package registry", REGISTRY_HOSTS),
        ("a message is compared with None", TRUTHINESS_OF_A_MESSAGE),
    ],
)
def test_no_line_of_code_breaks_the_rule(rule: str, pattern: re.Pattern[str]) -> None:
    assert lines_matching(pattern, EVERYTHING) == [], rule


def test_documents_name_no_machine_and_no_registry() -> None:
    assert lines_matching(MACHINE_PATHS, OUR_TEXTS) == []
    assert lines_matching(REGISTRY_HOSTS, OUR_TEXTS) == []


def test_tests_never_sleep_and_are_never_switched_off() -> None:
    tests = [file for file in EVERYTHING if file.is_relative_to(TESTS)]
    assert lines_matching(UNSOUND_IN_TESTS, tests) == []


def test_test_names_are_sentences() -> None:
    names = [
        f"{shown(file)}: {function.name}"
        for file in python_files("tests")
        for function in functions(file)
        if function.name.startswith("test_") and function.name.count("_") < 3
    ]
    assert names == []


# Tests that belong to no single module of the package; `oracles` compare a package with others.
TEST_FOLDERS_OF_THEIR_OWN = {
    "architecture",
    "benchmarks",
    "clients",
    "conformance",
    "crash",
    "docs",
    "fuzz",
    "parity",
    "simulation",
}


def test_tests_are_the_same_tree_as_the_package() -> None:
    strays = [
        shown(folder)
        for folder in sorted(TESTS.rglob("*"))
        if folder.is_dir()
        and any(folder.glob("test_*.py"))
        and folder.relative_to(TESTS).parts[0] not in TEST_FOLDERS_OF_THEIR_OWN
        and folder.name not in ("oracles", "parity")
        and not (SOURCE / folder.relative_to(TESTS)).is_dir()
    ]
    assert strays == []
