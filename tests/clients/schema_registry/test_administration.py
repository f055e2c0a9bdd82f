"""What an operator asks of a registry, ours and those that have less."""

import re
from collections.abc import Iterator
from itertools import count

import pytest

from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import RegistryAdministration, administration
from odradek.clients.schema_registry.connection import Connection

STRING, INT = {"schema": '"string"'}, {"schema": '"int"'}
numbers = count()


class Lesser(Connection):
    """A registry as it would be without some routes and parameters of ours."""

    without = "/a path that nobody asks for"
    pages = True
    inverts_deleted = False
    """As Karapace 6 does in its list of schemas."""

    def request(self, method: str, path: str, body: object = None) -> object:
        if self.without in path:
            raise RegistryRefused(f"{path}: status 405", 405, 405, "status 405")
        if not self.pages:
            path = re.sub(r"[?&](offset|limit)=\d+", "", path)
        if self.inverts_deleted and path.startswith("/schemas?"):
            was = "deleted=true" in path
            path = re.sub(r"deleted=true&?", "", path) if was else f"{path}&deleted=true"
        return super().request(method, path, body)


@pytest.fixture
def connection(schema_registry_url: str) -> Iterator[Lesser]:
    found = Lesser([schema_registry_url])
    yield found
    found.close()


@pytest.fixture
def registry(connection: Lesser) -> RegistryAdministration:
    return RegistryAdministration(connection)


@pytest.fixture
def subject() -> str:
    return f"administered/{next(numbers)} é"


def test_lists_are_read_to_their_end_whatever_a_page_holds(
    connection: Lesser,
    registry: RegistryAdministration,
    subject: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(3):
        registry.register(f"{subject} {number}", STRING)
    whole = registry.census()
    monkeypatch.setattr(administration, "PAGE_SCHEMAS", 1)
    assert registry.census() == whole
    connection.pages = False
    assert registry.census() == whole


def test_latest_versions_and_deleted_ones_are_told_apart(
    connection: Lesser, registry: RegistryAdministration, subject: str
) -> None:
    registry.register(subject, STRING)
    registry.set_config(subject, {"compatibilityLevel": "NONE"})
    registry.register(subject, INT)
    registry.delete_version(subject, 2)

    def latest(*, deleted: bool = False) -> list[int]:
        found = registry.latest_versions(deleted=deleted)
        return [each.version for each in found if each.subject == subject]

    def counted() -> tuple[list[int], list[int]]:
        every, live = registry.census()
        mine = [each for each in every if each.subject == subject]
        return [each.version for each in mine], [
            each.version for each in mine if each.place in live
        ]

    for is_lesser in (False, True):
        if is_lesser:
            connection.without, connection.inverts_deleted = "/contexts", True
        assert (latest(), latest(deleted=True)) == ([1], [2])
        assert counted() == ([1, 2], [1])
    assert registry.versions(subject) == [1]
    assert registry.versions(subject, deleted=True) == [1, 2]
    registry.delete_subject(subject)
    assert subject not in registry.subjects()
    assert subject in registry.subjects(deleted=True)


def test_settings_that_are_not_there_are_none(
    registry: RegistryAdministration, subject: str
) -> None:
    assert registry.config(subject) is None
    assert registry.mode(subject) is None
    assert registry.mode(subject, applying=True) == "READWRITE"
    registry.set_mode(subject, "READONLY")
    assert registry.mode(subject) == "READONLY"
    registry.delete_mode(subject)
    registry.set_config(subject, {"compatibilityLevel": "FULL"})
    assert registry.config(subject) == {"compatibilityLevel": "FULL"}
    registry.delete_config(subject)
    assert registry.config(subject) is None


def test_a_schema_is_found_or_it_is_not(registry: RegistryAdministration, subject: str) -> None:
    assert registry.find(subject, STRING) is None
    registry.register(subject, STRING)
    found = registry.find(subject, STRING)
    assert found is not None
    assert found.place == (subject, 1)
    assert registry.find(subject, INT) is None
    assert (subject, 1) in registry.places(found.id)


def test_a_registry_that_compares_with_one_version_only_is_asked_for_the_latest(
    connection: Lesser, registry: RegistryAdministration, subject: str
) -> None:
    registry.register(subject, STRING)
    whole, reasons = registry.verdict(subject, INT)
    assert (whole, reasons != []) == (False, True)

    connection.without = "/versions?"
    assert registry.verdict(subject, INT) == (whole, reasons)
    connection.without = "/compatibility"
    assert registry.verdict(f"{subject} to come", INT) == (True, [])


def test_associations_are_told_by_subject(registry: RegistryAdministration, subject: str) -> None:
    registry.register(subject, STRING)
    resource = {"resourceName": "t", "resourceNamespace": "-", "resourceId": subject}
    wanted = {"subject": subject, "associationType": "value", "lifecycle": "WEAK"}
    for _ in range(2):
        registry.associate({**resource, "resourceType": "topic", "associations": [wanted]})
    [told] = registry.associations()[subject]
    assert told.items() >= {**resource, **wanted}.items()


def test_a_registry_without_contexts_has_none(
    connection: Lesser, registry: RegistryAdministration
) -> None:
    assert "." in registry.contexts()
    connection.without = "/contexts"
    assert registry.contexts() == []
