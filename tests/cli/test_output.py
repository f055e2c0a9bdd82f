import json

import pytest
import yaml

from odradek.cli.output import Row, print_rows

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

    assert f"{'x' * 500}   [bold]not markup[/bold]" in capsys.readouterr().out


def test_json_and_yaml_hold_the_rows_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(ROWS, "json")
    assert json.loads(capsys.readouterr().out) == ROWS
    print_rows(ROWS, "yaml")
    assert yaml.safe_load(capsys.readouterr().out) == ROWS


def test_no_rows_are_an_empty_list_and_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows([], "table")
    assert capsys.readouterr().out == ""
    print_rows([], "json")
    assert capsys.readouterr().out == "[]\n"
