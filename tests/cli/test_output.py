import json

import pytest
import yaml

from odradek.cli import output
from odradek.cli.output import Row, print_rows, size_text

ROWS: list[Row] = [
    {"topic": "a", "partitions": 12_345, "replicas": [1, 2], "internal": False, "leader": None},
    {"topic": "long-name", "partitions": 6, "replicas": [], "internal": True, "leader": 0},
]


def test_table_aligns_columns_and_shows_values_as_people_write_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_rows(ROWS, "table")

    head, rule, first, second = (line.rstrip() for line in capsys.readouterr().out.splitlines())
    assert head.split() == ["topic", "partitions", "replicas", "internal", "leader"]
    assert set(rule) == {"─"}
    assert first.split() == ["a", "12,345", "1,2", "no", "-"]
    assert second.split() == ["long-name", "6", "yes", "0"]


def test_table_in_a_pipe_is_never_cut_or_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([{"topic": "x" * 500, "value": "[bold]not markup[/bold]"}], "table")

    assert f"{'x' * 500}  [bold]not markup[/bold]" in capsys.readouterr().out


def test_long_tables_look_as_short_ones(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{**row, "size_bytes": 12_345} for row in ROWS]
    print_rows(rows, "table", title="topics")
    short = capsys.readouterr().out
    monkeypatch.setattr(output, "FOLDED_ROWS_MAX", 0)
    print_rows(rows, "table", title="topics")
    assert capsys.readouterr().out == short


def test_json_and_yaml_hold_the_rows_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, "json")
    assert json.loads(capsys.readouterr().out) == ROWS
    print_rows(ROWS, "yaml")
    assert yaml.safe_load(capsys.readouterr().out) == ROWS


def test_sizes_are_whole_bytes_for_programs_and_have_a_unit_for_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows: list[Row] = [{"size_bytes": 999}, {"size_bytes": 12_345_678}, {"size_bytes": None}]
    print_rows(rows, "table")
    assert capsys.readouterr().out.split() == ["size", "─" * 7, "999", "B", "12.3", "MB", "-"]
    print_rows(rows, "json")
    assert json.loads(capsys.readouterr().out) == rows


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [
        (0, "0 B"),
        (1_000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (5 * 10**15, "5,000.0 TB"),
    ],
)
def test_size_is_shown_in_the_unit_that_fits(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text


def test_column_without_any_text_is_not_shown_to_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows: list[Row] = [{"a": 1, "remark": ""}, {"a": 2, "remark": ""}]
    print_rows(rows, "table")
    assert "remark" not in capsys.readouterr().out
    print_rows([*rows, {"a": 3, "remark": "odd"}], "table")
    assert "remark" in capsys.readouterr().out


def test_title_stands_over_the_table_and_without_rows_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_rows(ROWS, "table", title="Topics")
    assert capsys.readouterr().out.startswith("Topics\ntopic")
    print_rows([], "table", title="Topics")
    assert capsys.readouterr().out == "Topics\n"


def test_no_rows_are_an_empty_list_and_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([], "table")
    assert capsys.readouterr().out == ""
    print_rows([], "json")
    assert capsys.readouterr().out == "[]\n"
