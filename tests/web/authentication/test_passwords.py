"""Users and their passwords."""

import base64
import hashlib

import pytest

from odradek.web.authentication.passwords import Passwords


def basic(credentials: str) -> str:
    return base64.b64encode(credentials.encode()).decode()


@pytest.fixture
def passwords() -> Passwords:
    """Anna with a plain password, Boris with a digest."""
    digest = hashlib.sha256(b"pass:word").hexdigest()
    return Passwords.parse(f"# users\n\nanna:secret\nboris:{{sha256}}{digest}\n")


def test_users_are_known_by_their_password(passwords: Passwords) -> None:
    assert passwords.user_of(basic("anna:secret")) == "anna"
    assert passwords.user_of(basic("boris:pass:word")) == "boris"


@pytest.mark.parametrize(
    "credentials",
    [
        "",
        "%%%",
        "ü",
        basic("anna"),
        basic("anna:"),
        basic("anna:wrong"),
        basic("nobody:"),
        basic(":"),
        base64.b64encode(b"\xff\xfe:x").decode(),
    ],
)
def test_nobody_else_is_known(passwords: Passwords, credentials: str) -> None:
    assert passwords.user_of(credentials) is None


def test_bad_line_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        Passwords.parse("anna:secret\nboris\n")
