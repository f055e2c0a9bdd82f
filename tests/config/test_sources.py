import pytest

from odradek.config.sources import (
    ConfigurationError,
    Given,
    from_environment,
    from_overrides,
    from_toml,
    variable_name,
)

SECTIONS = {"broker": ["log.retention.ms", "node.id"], "kafka": ["client.id"]}


def test_dotted_keys_quoted_keys_and_sub_tables_spell_the_same_setting() -> None:
    spellings = [
        "[broker]\nlog.retention.ms = 1",
        '[broker]\n"log.retention.ms" = 1',
        "[broker.log]\nretention.ms = 1",
        "[broker.log.retention]\nms = 1",
    ]
    for text in spellings:
        assert list(from_toml(text, "f.toml")) == [
            Given("broker", "log.retention.ms", "1", "line 2 of f.toml")
        ]


def test_toml_values_become_the_text_kafka_would_have_been_given() -> None:
    text = '[s]\na = true\nb = false\nc = 0.5\nd = ["x", "y"]\ne = "z"\n'
    assert [given.text for given in from_toml(text, "f")] == ["true", "false", "0.5", "x,y", "z"]


def test_comments_and_blank_lines_do_not_shift_the_reported_line() -> None:
    text = "# [kafka]\n\n[broker]\n\n# a = 1\nb = 2 # c = 3\n"
    assert [given.origin for given in from_toml(text, "f")] == ["line 6 of f"]


def test_text_that_is_not_toml_is_refused_with_the_file_and_line() -> None:
    with pytest.raises(ConfigurationError, match=r"f\.toml is not valid TOML: .*line 2"):
        list(from_toml("[broker]\na = = 1\n", "f.toml"))


def test_key_outside_every_section_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="a stands outside every section"):
        list(from_toml("a = 1", "f.toml"))


def test_environment_variables_find_their_setting() -> None:
    environment = {
        "ODRADEK_BROKER_LOG_RETENTION_MS": "5",
        "ODRADEK_KAFKA_CLIENT_ID": "me",
        "ODRADEK_DEBUG": "1",
        "HOME": "/",
    }
    assert list(from_environment(environment, SECTIONS)) == [
        Given(
            "broker",
            "log.retention.ms",
            "5",
            "environment variable ODRADEK_BROKER_LOG_RETENTION_MS",
        ),
        Given("kafka", "client.id", "me", "environment variable ODRADEK_KAFKA_CLIENT_ID"),
    ]


def test_misspelled_environment_variable_is_not_lost() -> None:
    [given] = from_environment({"ODRADEK_BROKER_NODE_IDD": "1"}, SECTIONS)
    assert given.name == "node.idd"


def test_variable_name_is_the_setting_in_capitals() -> None:
    assert variable_name("broker", "log.retention.ms") == "ODRADEK_BROKER_LOG_RETENTION_MS"


def test_override_may_contain_further_equals_signs() -> None:
    [given] = from_overrides(["broker.a.b = c=d"])
    assert given == Given("broker", "a.b", "c=d", "--set broker.a.b = c=d")


@pytest.mark.parametrize("override", ["", "broker", "broker.node.id", "node=1"])
def test_override_of_another_shape_is_refused_with_the_right_one(override: str) -> None:
    with pytest.raises(ConfigurationError, match=r"write it as --set section\.key=value"):
        list(from_overrides([override]))
