"""Basic authentication: users and passwords from a file, as `user:password` or `user:{sha256}hex`.

Passwords are compared in constant time. Who may do what is not decided here.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

SHA256 = "{sha256}"


class Passwords:
    """The users of a server."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)

    @classmethod
    def read(cls, path: str) -> "Passwords":
        """Read a file of lines `user:secret`; raises ValueError with the number of a bad line."""
        secrets = {}
        for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
            user, colon, secret = line.strip().partition(":")
            if not line.strip() or line.startswith("#"):
                continue
            if not colon or not user or not secret:
                raise ValueError(f"line {number} of {path} is not user:password")
            secrets[user] = secret
        return cls(secrets)

    def admit(self, authorization: str | None) -> bool:
        """Whether a header `Authorization` is that of a user."""
        scheme, _, credentials = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            user, colon, password = (
                base64.b64decode(credentials, validate=True).decode().partition(":")
            )
        except (binascii.Error, UnicodeDecodeError):
            return False
        return bool(colon) and self._is_right(user, password)

    def _is_right(self, user: str, password: str) -> bool:
        secret = self._secrets.get(user, "")
        given = password
        if secret.startswith(SHA256):
            given = SHA256 + hashlib.sha256(password.encode()).hexdigest()
        return hmac.compare_digest(secret.encode(), given.encode()) and user in self._secrets
