"""docs/reference says what the code says."""

from pathlib import Path

import pytest

from odradek.broker.apis import SERVED
from odradek.broker.monitoring.catalogue import FAMILIES
from odradek.config.configuration import SECTIONS
from odradek.config.kafka import TOPIC_SETTINGS
from scripts import apis_page, differences_page, metrics_page, settings_page
from scripts.reference import stale_pages


def test_reference_pages_are_fresh() -> None:
    assert stale_pages() == [], "run `make docs` and commit the result"


def test_every_setting_has_a_row_in_the_reference() -> None:
    page = settings_page.render()
    names = {*TOPIC_SETTINGS, *(name for settings in SECTIONS.values() for name in settings)}
    missing = [name for name in names if f"| `{name}`" not in page]
    assert missing == []


def test_every_metric_is_documented_in_a_sentence_and_has_a_row_in_the_reference() -> None:
    page = metrics_page.render()
    assert [f.name for f in FAMILIES if not f.documentation.endswith(".")] == []
    assert [f.name for f in FAMILIES if f"| `{f.name}` | {f.type} |" not in page] == []


def test_every_api_is_introduced_by_its_own_name_and_key() -> None:
    for key, api in SERVED.items():
        name, number, _ = apis_page.summary_of(api)
        assert (name, number) == (api.request_type.__name__.removesuffix("Request"), key)


@pytest.mark.parametrize(
    ("text", "differences"),
    [
        ("# Differs from Kafka: a.\nx = 1\n", ["A."]),
        ("    # Differs from Kafka: one\n    # sentence.\n    x = 1\n", ["One sentence."]),
        ('"""Title.\n\nDiffers from Kafka: a,\nand b.\n\nMore.\n"""\n', ["A, and b."]),
        ('"""Differs from Kafka: a.\nDiffers from Kafka: b."""\n', ["A.", "B."]),
        ("x = 1  # nothing\n", []),
    ],
)
def test_declared_differences_are_collected(text: str, differences: list[str]) -> None:
    assert list(differences_page.differences_in(text)) == differences


def test_differences_are_listed_under_their_module(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "segment.py").write_text("# Differs from Kafka: a.\n")
    assert "**log.segment**\n\n- A.\n" in differences_page.render(tmp_path)
