"""From the header `Authorization` to an identity, by whatever ways the server has.

Invariant: credentials that are not right are refused, also where nobody has to give any; a server
that asks nobody does not look at them.
"""

from typing import TYPE_CHECKING

from odradek.web.authentication.identity import ANONYMOUS, Identity
from odradek.web.authentication.passwords import Passwords
from odradek.web.errors import HttpError, unauthorized
from odradek.web.watched_file import WatchedFile

if TYPE_CHECKING:  # tokens need an extra
    from odradek.web.authentication.tokens import Tokens


class Authenticator:
    """Knows who sends a request; without passwords and tokens everybody is anonymous."""

    def __init__(
        self, passwords: WatchedFile[Passwords] | None = None, tokens: "Tokens | None" = None
    ) -> None:
        self._passwords = passwords
        self._tokens = tokens

    @property
    def is_asking(self) -> bool:
        """Whether anybody can be known here."""
        return self._passwords is not None or self._tokens is not None

    def refusal(self, reason: str) -> HttpError:
        """The error that asks for credentials, with the ways there are."""
        ways = ["Basic"] if self._passwords is not None else []
        return unauthorized(reason, [*ways, "Bearer"] if self._tokens is not None else ways)

    async def identify(self, authorization: str | None) -> Identity:
        """Who this is; raises HttpError for credentials that are wrong or cannot be verified."""
        if authorization is None or not self.is_asking:
            return ANONYMOUS
        scheme, _, credentials = authorization.partition(" ")
        if scheme.lower() == "basic" and self._passwords is not None:
            user = self._passwords.content.user_of(credentials.strip())
            if user is not None:
                return Identity(user)
            raise self.refusal("the user or the password is wrong")
        if scheme.lower() == "bearer" and self._tokens is not None:
            return Identity(claims=await self._claims(self._tokens, credentials.strip()))
        raise self.refusal(f"authentication with {scheme[:20]!r} is not known here")

    async def _claims(self, tokens: "Tokens", token: str) -> dict[str, object]:
        try:
            return await tokens.verify(token)
        except ValueError as error:
            raise self.refusal(str(error)) from None
