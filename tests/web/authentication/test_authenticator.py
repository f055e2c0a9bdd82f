"""The header `Authorization`."""

import asyncio
from pathlib import Path

import pytest

from odradek.web.authentication.authenticator import Authenticator
from odradek.web.authentication.identity import ANONYMOUS, Identity
from odradek.web.authentication.passwords import Passwords
from odradek.web.errors import HttpError
from odradek.web.watched_file import WatchedFile
from tests.web.authentication.test_passwords import basic


def identify(authenticator: Authenticator, header: str | None) -> Identity:
    return asyncio.run(authenticator.identify(header))


@pytest.fixture
def authenticator(tmp_path: Path) -> Authenticator:
    (tmp_path / "users").write_text("anna:secret\n")
    return Authenticator(WatchedFile(str(tmp_path / "users"), Passwords.parse))


def test_server_that_asks_nobody_does_not_look_at_credentials() -> None:
    assert identify(Authenticator(), "Basic nonsense") == ANONYMOUS
    assert not Authenticator().is_asking


def test_password_makes_a_user(authenticator: Authenticator) -> None:
    assert identify(authenticator, f"Basic {basic('anna:secret')}") == Identity("anna")
    assert identify(authenticator, f"basic  {basic('anna:secret')}") == Identity("anna")
    assert identify(authenticator, None) == ANONYMOUS
    assert authenticator.is_asking


@pytest.mark.parametrize("header", ["", "Basic", "Basic %%%", "Bearer token", "Digest x"])
def test_wrong_credentials_are_refused_and_asked_for(
    authenticator: Authenticator, header: str
) -> None:
    with pytest.raises(HttpError, match="Unauthorized") as refused:
        identify(authenticator, header)
    assert refused.value.status == 401
    assert refused.value.headers == [(b"www-authenticate", b'Basic realm="odradek"')]
