"""Basic authentication: users and passwords from a file, as `user:password` or `user:{sha256}hex`.

Passwords are compared in constant time.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

SHA256 = "{sha256}"


class Passwords:
    """The users of a server."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._secrets = dict(secrets)

    @classmethod
    def parse(cls, text: str) -> "Passwords":
        """Read lines `user:secret`; raises ValueError with the number of a bad line."""
        secrets = {}
        for number, line in enumerate(text.splitlines(), start=1):
            user, colon, secret = line.strip().partition(":")
            if not line.strip() or line.startswith("#"):
                continue
            if not colon or not user or not secret:
                raise ValueError(f"line {number} is not user:password")
            secrets[user] = secret
        return cls(secrets)

    def user_of(self, credentials: str) -> str | None:
        """The user whose name and password, in base64, these are."""
        try:
            user, colon, password = (
                base64.b64decode(credentials, validate=True).decode().partition(":")
            )
        except (binascii.Error, ValueError):
            return None
        return user if colon and self._is_right(user, password) else None

    def _is_right(self, user: str, password: str) -> bool:
        secret = self._secrets.get(user, "")
        given = password
        if secret.startswith(SHA256):
            given = SHA256 + hashlib.sha256(password.encode()).hexdigest()
        return hmac.compare_digest(secret.encode(), given.encode()) and user in self._secrets
