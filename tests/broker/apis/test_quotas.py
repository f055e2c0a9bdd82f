"""Client quotas through the wire: kept, described, and there after a restart."""

from pathlib import Path
from typing import Any

import pytest

from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages import alter_client_quotas, describe_client_quotas
from tests.broker.harness import Harness

EXACT, DEFAULT, ANY = range(3)
Parts = list[tuple[str, str | None]]


def entry(parts: Parts, **quotas: float | None) -> alter_client_quotas.EntryData:
    """An entity and its quotas, None for one to be removed."""
    return alter_client_quotas.EntryData(
        entity=[
            alter_client_quotas.EntityData(entity_type=kind, entity_name=name)
            for kind, name in parts
        ],
        ops=[
            alter_client_quotas.OpData(key=key, value=value or 0.0, remove=value is None)
            for key, value in quotas.items()
        ],
    )


def alter(
    broker: Harness,
    *entries: alter_client_quotas.EntryData,
    version: int = 1,
    validate_only: bool = False,
) -> list[int]:
    request = alter_client_quotas.AlterClientQuotasRequest(
        entries=list(entries), validate_only=validate_only
    )
    return [answered.error_code for answered in broker.ask(request, version).entries]


def ask(broker: Harness, *components: tuple[str, int, str | None], version: int = 1) -> Any:
    request = describe_client_quotas.DescribeClientQuotasRequest(
        components=[
            describe_client_quotas.ComponentData(entity_type=kind, match_type=how, match=name)
            for kind, how, name in components
        ]
    )
    return broker.ask(request, version)


def described(broker: Harness, *components: tuple[str, int, str | None], version: int = 1) -> Any:
    answer = ask(broker, *components, version=version)
    assert (answer.error_code, answer.error_message) == (ErrorCode.NONE, "")
    return {
        tuple((part.entity_type, part.entity_name) for part in found.entity): {
            quota.key: quota.value for quota in found.values
        }
        for found in answer.entries
    }


@pytest.mark.parametrize("version", [0, 1])
def test_quotas_are_described_as_they_were_set(broker: Harness, version: int) -> None:
    alter(
        broker,
        entry([("user", "alice"), ("client-id", None)], producer_byte_rate=1000.0),
        entry([("ip", "10.0.0.1")], connection_creation_rate=5.0),
        version=version,
    )
    assert described(broker, version=version) == {
        (("client-id", None), ("user", "alice")): {"producer_byte_rate": 1000.0},
        (("ip", "10.0.0.1"),): {"connection_creation_rate": 5.0},
    }
    assert list(described(broker, ("user", EXACT, "alice"))) == [
        (("client-id", None), ("user", "alice"))
    ]
    assert described(broker, ("user", DEFAULT, None)) == {}
    assert list(described(broker, ("ip", ANY, None))) == [(("ip", "10.0.0.1"),)]


def test_one_wrong_entity_does_not_hinder_the_others(broker: Harness) -> None:
    errors = alter(
        broker,
        entry([("user", "alice")], nonsense=1.0),
        entry([("user", "bob")], request_percentage=50.0),
    )
    assert errors == [ErrorCode.INVALID_REQUEST, ErrorCode.NONE]
    assert list(described(broker)) == [(("user", "bob"),)]


def test_an_entity_named_twice_is_answered_once_and_not_changed(broker: Harness) -> None:
    errors = alter(
        broker,
        entry([("user", "alice")], request_percentage=50.0),
        entry([("user", "alice")], producer_byte_rate=1.0),
    )
    assert errors == [ErrorCode.INVALID_REQUEST]
    assert described(broker) == {}


def test_validating_changes_nothing(broker: Harness) -> None:
    asked = entry([("user", "alice")], request_percentage=50.0)
    assert alter(broker, asked, validate_only=True) == [ErrorCode.NONE]
    assert described(broker) == {}


def test_quotas_survive_a_restart_and_so_does_their_removal(tmp_path: Path) -> None:
    first = Harness(tmp_path)
    alter(first, entry([("user", "a")], request_percentage=50.0, producer_byte_rate=1.0))
    alter(first, entry([("user", "b")], request_percentage=50.0))
    alter(first, entry([("user", "a")], producer_byte_rate=None))
    alter(first, entry([("user", "b")], request_percentage=None))
    first.close()
    second = Harness(tmp_path)
    assert described(second) == {(("user", "a"),): {"request_percentage": 50.0}}
    second.close()


@pytest.mark.parametrize(
    ("components", "error"),
    [
        ([("nonsense", ANY, None)], ErrorCode.UNSUPPORTED_VERSION),
        ([("", ANY, None)], ErrorCode.INVALID_REQUEST),
        ([("user", 9, None)], ErrorCode.INVALID_REQUEST),
        ([("user", EXACT, None)], ErrorCode.INVALID_REQUEST),
        ([("user", DEFAULT, "alice")], ErrorCode.INVALID_REQUEST),
        ([("user", ANY, "alice")], ErrorCode.INVALID_REQUEST),
        ([("user", ANY, None), ("user", ANY, None)], ErrorCode.INVALID_REQUEST),
        ([("user", ANY, None), ("ip", ANY, None)], ErrorCode.INVALID_REQUEST),
    ],
)
def test_an_impossible_filter_is_refused(
    broker: Harness, components: Any, error: ErrorCode
) -> None:
    answer = ask(broker, *components)
    assert answer.error_code == error
    assert answer.error_message
    assert answer.entries is None
