"""Basic authentication."""

import base64
import hashlib
from pathlib import Path

import pytest

from odradek.web.passwords import Passwords


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


@pytest.fixture
def passwords(tmp_path: Path) -> Passwords:
    """Anna with a plain password, Boris with a digest."""
    digest = hashlib.sha256(b"pass:word").hexdigest()
    file = tmp_path / "users"
    file.write_text(f"# users\n\nanna:secret\nboris:{{sha256}}{digest}\n")
    return Passwords.read(str(file))


def test_users_are_admitted_with_their_password(passwords: Passwords) -> None:
    assert passwords.admit(basic("anna:secret"))
    assert passwords.admit(basic("boris:pass:word"))


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic %%%",
        "Bearer token",
        basic("anna"),
        basic("anna:"),
        basic("anna:wrong"),
        basic("nobody:"),
        basic(":"),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
    ],
)
def test_nobody_else_is_admitted(passwords: Passwords, header: str | None) -> None:
    assert not passwords.admit(header)


def test_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("anna:secret\nboris\n")
    with pytest.raises(ValueError, match="line 2"):
        Passwords.read(str(tmp_path / "users"))
