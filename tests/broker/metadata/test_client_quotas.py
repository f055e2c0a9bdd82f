"""Quotas, decided without a broker."""

import math

import pytest

from odradek.broker.metadata.client_quotas import (
    Condition,
    QuotaChange,
    decide_alter,
    find_quotas,
)
from odradek.broker.metadata.image import MetadataImage
from odradek.broker.metadata.outcome import Outcome
from odradek.protocol.errors import ErrorCode

RATE = "producer_byte_rate"
Entity = dict[str, str | None]


def alter(image: MetadataImage, entity: Entity, **quotas: float | None) -> Outcome:
    changes = [QuotaChange(key, value) for key, value in quotas.items()]
    outcome = decide_alter(image, entity, changes)
    for record in outcome.records:
        image.apply(record)
    return outcome


def test_a_quota_is_set_changed_and_removed() -> None:
    image = MetadataImage()
    alter(image, {"user": "alice"}, producer_byte_rate=1000.0, request_percentage=12.5)
    alter(image, {"user": "alice"}, producer_byte_rate=2000.0)
    (quotas,) = image.client_quotas.values()
    assert quotas == {"producer_byte_rate": 2000.0, "request_percentage": 12.5}
    alter(image, {"user": "alice"}, producer_byte_rate=None, request_percentage=None)
    assert image.client_quotas == {}


def test_what_changes_nothing_writes_nothing() -> None:
    image = MetadataImage()
    alter(image, {"user": "alice"}, producer_byte_rate=1000.0)
    assert alter(image, {"user": "alice"}, producer_byte_rate=1000.0).records == []
    assert alter(image, {"user": "bob"}, producer_byte_rate=None).records == []
    assert alter(image, {"user": "bob"}, nonsense=None).records == []


def test_the_parts_of_an_entity_come_in_any_order() -> None:
    image = MetadataImage()
    alter(image, {"user": "alice", "client-id": "c"}, producer_byte_rate=1.0)
    alter(image, {"client-id": "c", "user": "alice"}, producer_byte_rate=2.0)
    assert list(image.client_quotas.values()) == [{RATE: 2.0}]


@pytest.mark.parametrize(
    "entity",
    [
        {},
        {"nonsense": "a"},
        {"User": "a"},
        {"user": ""},
        {"client-id": ""},
        {"ip": ""},
        {"ip": "not an address"},
        {"ip": "10.0.0.1", "user": "a"},
    ],
)
def test_an_impossible_entity_is_refused(entity: Entity) -> None:
    outcome = alter(MetadataImage(), entity)
    assert outcome.error is ErrorCode.INVALID_REQUEST
    assert outcome.message


@pytest.mark.parametrize("address", ["10.0.0.1", "::1", "fe80::1%eth0", "localhost", None])
def test_an_address_may_be_limited_in_its_connections(address: str | None) -> None:
    assert not alter(MetadataImage(), {"ip": address}, connection_creation_rate=5.0).is_refused


@pytest.mark.parametrize(
    ("entity", "key", "value"),
    [
        ({"user": "a"}, "nonsense", 1.0),
        ({"user": "a"}, "connection_creation_rate", 1.0),
        ({"ip": "10.0.0.1"}, RATE, 1.0),
        ({"user": "a"}, RATE, 0.0),
        ({"user": "a"}, RATE, -1.0),
        ({"user": "a"}, RATE, 10.5),
        ({"user": "a"}, RATE, 1e30),
        ({"user": "a"}, RATE, math.inf),
        ({"user": "a"}, RATE, math.nan),
        ({"user": "a"}, "request_percentage", -0.0),
        ({"user": "a"}, "request_percentage", math.nan),
        ({"ip": "10.0.0.1"}, "connection_creation_rate", 3e9),
    ],
)
def test_an_impossible_quota_is_refused(entity: Entity, key: str, value: float) -> None:
    outcome = alter(MetadataImage(), entity, **{key: value})
    assert outcome.error is ErrorCode.INVALID_REQUEST
    assert outcome.message is not None
    assert key in outcome.message


def test_a_quota_changed_twice_in_one_request_is_refused() -> None:
    twice = [QuotaChange(RATE, 1.0), QuotaChange(RATE, 2.0)]
    outcome = decide_alter(MetadataImage(), {"user": "a"}, twice)
    assert outcome.error is ErrorCode.INVALID_REQUEST


ALICE = Condition("user", is_any=False, name="alice")
ANY_USER = Condition("user", is_any=True, name=None)
DEFAULT_USER = Condition("user", is_any=False, name=None)
ANY_CLIENT = Condition("client-id", is_any=True, name=None)


@pytest.mark.parametrize(
    ("conditions", "is_strict", "found"),
    [
        ([], False, {"alice", "alice's c", "default", "c"}),
        ([], True, set()),
        ([ALICE], False, {"alice", "alice's c"}),
        ([ALICE], True, {"alice"}),
        ([DEFAULT_USER], False, {"default"}),
        ([ANY_USER], True, {"alice", "default"}),
        ([ANY_USER, ANY_CLIENT], True, {"alice's c"}),
        ([ANY_CLIENT], False, {"alice's c", "c"}),
    ],
)
def test_entities_are_found_by_their_parts(
    conditions: list[Condition], is_strict: bool, found: set[str]
) -> None:
    image = MetadataImage()
    entities: dict[str, Entity] = {
        "alice": {"user": "alice"},
        "alice's c": {"user": "alice", "client-id": "c"},
        "default": {"user": None},
        "c": {"client-id": "c"},
    }
    for entity in entities.values():
        alter(image, entity, producer_byte_rate=1.0)
    quotas = find_quotas(image, conditions, is_strict=is_strict)
    names = {tuple(sorted(entity.items())): name for name, entity in entities.items()}
    assert {names[entity] for entity in quotas} == found
