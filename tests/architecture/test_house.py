"""ARCHITECTURE.md's picture of the house is the same as the import contracts in pyproject.toml."""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("roof", "floor", "ground")
ARROW = "─>"

Layer = tuple[tuple[str, ...], bool]
"""The packages side by side on a floor, and whether a wall stands between them."""


def picture() -> list[str]:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    fenced = re.search(r"```house\n(.*?)```", text, re.DOTALL)
    assert fenced, "ARCHITECTURE.md has no fenced block ```house"
    return fenced[1].splitlines()


def drawn_layer(text: str) -> Layer:
    """Read `cli ── testing` (neighbours) or `broker ║ ops` (a wall)."""
    names = tuple(name.strip() for name in re.split("──|║", text))
    return names, "║" in text or len(names) == 1


def drawn_house() -> list[Layer]:
    floors = [
        re.match(rf"\s*({'|'.join(FLOORS)})\s{{2,}}(.*?)(\s{{3,}}|$)", line) for line in picture()
    ]
    return [drawn_layer(floor[2]) for floor in floors if floor]


def drawn_broker() -> list[Layer]:
    lines = " ".join(line.strip() for line in picture() if ARROW in line)
    return [drawn_layer(part.strip()) for part in lines.split(ARROW)]


def contracts() -> list[dict[str, Any]]:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(configuration["tool"]["importlinter"]["contracts"])


def contract_layer(text: str) -> Layer:
    names = tuple(name.strip().removeprefix("odradek.") for name in re.split("[:|]", text))
    return names, "|" in text or len(names) == 1


def contract_layers(*, containers: list[str]) -> list[Layer]:
    [contract] = [
        contract
        for contract in contracts()
        if contract["type"] == "layers" and contract.get("containers", []) == containers
    ]
    return [contract_layer(layer) for layer in contract["layers"]]


def test_picture_of_the_house_is_the_contract() -> None:
    assert drawn_house() == contract_layers(containers=[])


def test_picture_of_the_broker_is_the_contract() -> None:
    assert drawn_broker() == contract_layers(containers=["odradek.broker"])


def test_every_package_has_a_place_in_the_house() -> None:
    packages = {folder.parent.name for folder in (ROOT / "src/odradek").glob("*/__init__.py")}
    assert packages == {name for names, _ in contract_layers(containers=[]) for name in names}


def test_every_package_has_a_row_in_the_folder_table() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(?:src/odradek/)?([a-z_/]+)/?` \|", text, re.MULTILINE))
    packages = {
        str(file.parent.relative_to(ROOT / "src/odradek"))
        for file in (ROOT / "src/odradek").rglob("__init__.py")
    } - {"."}
    assert packages <= {name.rstrip("/") for name in described}


def test_picture_shows_only_modules_that_exist() -> None:
    for names, _ in drawn_broker():
        for name in names:
            path = ROOT / "src/odradek/broker" / name
            assert path.is_dir() or path.with_suffix(".py").is_file(), name
