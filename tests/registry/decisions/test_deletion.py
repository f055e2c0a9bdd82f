"""Versions, subjects and contexts are deleted: softly first, then for good."""

import pytest

from odradek.registry.decisions.deletion import delete_context, delete_subject, delete_version
from odradek.registry.decisions.settings import set_config, set_mode
from odradek.registry.decisions.view import View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.content import Reference
from tests.registry.world import avro, record, registered, settle

USER = avro(record("User", "name"))
USER_2 = avro(record("User", "name", optional=["mail"]))
ORDER = avro(
    '{"type":"record","name":"Order","fields":[{"name":"by","type":"User"}]}',
    Reference("User", "users", 1),
)


@pytest.fixture
def view() -> View:
    """Two versions of users, and orders that refer to the first."""
    view = View()
    registered(view, "users", USER)
    registered(view, "users", USER_2)
    registered(view, "orders", ORDER)
    return view


def refusal(view: View, subject: str, version: int | None = None, *, permanent: bool) -> ErrorCode:
    with pytest.raises(RegistryError) as error:
        delete(view, subject, version, permanent=permanent)
    return error.value.code


def delete(view: View, subject: str, version: int | None, *, permanent: bool) -> None:
    if version is None:
        delete_subject(view, subject, permanent=permanent)
    else:
        delete_version(view, subject, version, permanent=permanent)


def test_version_is_deleted_softly_then_for_good(view: View) -> None:
    assert refusal(view, "users", 2, permanent=True) is ErrorCode.VERSION_NOT_SOFT_DELETED
    assert settle(view, delete_version(view, "users", 2, permanent=False)) == 2
    assert view.index.version("users", -1) is view.index.version("users", 1)
    assert refusal(view, "users", 2, permanent=False) is ErrorCode.VERSION_SOFT_DELETED
    assert settle(view, delete_version(view, "users", 2, permanent=True)) == 2
    assert refusal(view, "users", 2, permanent=True) is ErrorCode.VERSION_NOT_FOUND


def test_latest_is_the_latest_that_lives(view: View) -> None:
    assert settle(view, delete_version(view, "users", -1, permanent=False)) == 2


def test_subject_is_deleted_softly_then_for_good(view: View) -> None:
    assert refusal(view, "orders", permanent=True) is ErrorCode.SUBJECT_NOT_SOFT_DELETED
    assert settle(view, delete_subject(view, "orders", permanent=False)) == [1]
    assert refusal(view, "orders", permanent=False) is ErrorCode.SUBJECT_SOFT_DELETED
    assert settle(view, delete_subject(view, "orders", permanent=True)) == [1]
    assert refusal(view, "orders", permanent=True) is ErrorCode.SUBJECT_NOT_FOUND


def test_what_is_referred_to_stays(view: View) -> None:
    assert refusal(view, "users", 1, permanent=False) is ErrorCode.REFERENCE_EXISTS
    assert refusal(view, "users", permanent=False) is ErrorCode.REFERENCE_EXISTS
    settle(view, delete_subject(view, "orders", permanent=False))
    settle(view, delete_subject(view, "users", permanent=False))
    assert refusal(view, "users", permanent=True) is ErrorCode.REFERENCE_EXISTS
    settle(view, delete_subject(view, "orders", permanent=True))
    assert settle(view, delete_subject(view, "users", permanent=True)) == [1, 2]


def test_settings_of_a_subject_go_with_its_last_version(view: View) -> None:
    settle(view, set_config(view, "orders", {"compatibilityLevel": "NONE"}))
    settle(view, set_mode(view, "orders", "READWRITE", force=False))
    settle(view, delete_subject(view, "orders", permanent=False))
    assert "orders" in view.index.configs
    settle(view, delete_subject(view, "orders", permanent=True))
    assert "orders" not in view.index.configs
    assert "orders" not in view.index.modes


def test_nothing_is_deleted_while_read_only(view: View) -> None:
    settle(view, set_mode(view, "orders", "READONLY", force=False))
    assert refusal(view, "orders", permanent=False) is ErrorCode.OPERATION_NOT_PERMITTED


def test_only_an_empty_context_is_deleted() -> None:
    view = View()
    registered(view, ":.c:users", USER)
    with pytest.raises(RegistryError) as error:
        delete_context(view, ".c")
    assert error.value.code is ErrorCode.CONTEXT_NOT_EMPTY
    settle(view, delete_subject(view, ":.c:users", permanent=False))
    settle(view, delete_subject(view, ":.c:users", permanent=True))
    settle(view, delete_context(view, ".c"))
    assert list(view.index.named_contexts) == []


def test_missing_subject_is_named(view: View) -> None:
    assert refusal(view, "nobody", permanent=False) is ErrorCode.SUBJECT_NOT_FOUND
    assert refusal(view, "nobody", 1, permanent=False) is ErrorCode.SUBJECT_NOT_FOUND
