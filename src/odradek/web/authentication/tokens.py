"""Bearer tokens: signed JWTs (RFC 7519) of an OpenID Connect issuer.

Invariant: what a token says is believed only once its signature, issuer, audience and time are
right; the key decides on the algorithm, not the token.
"""

from collections.abc import Sequence
from typing import Any

import jwt

from odradek.web.authentication.signing_keys import ALGORITHMS, SigningKeys

TOKEN_CHARS_MAX = 16 * 1024
REQUIRED_CLAIMS = ("exp", "iss", "aud")


class Tokens:
    """The tokens of one issuer that are meant for one of `audience`."""

    def __init__(
        self, keys: SigningKeys, *, issuer: str, audience: Sequence[str], leeway_s: float
    ) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = list(audience)
        self._leeway_s = leeway_s

    async def verify(self, token: str) -> dict[str, Any]:
        """The claims of a token; raises ValueError with what is wrong, HttpError without keys."""
        if len(token) > TOKEN_CHARS_MAX:
            raise ValueError(f"the token has more than {TOKEN_CHARS_MAX} characters")
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.find(header.get("kid"))
            if key is None or header.get("alg") != key.algorithm_name:
                raise ValueError("the token is signed with no key and algorithm of its issuer")
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=self._leeway_s,
                options={"require": list(REQUIRED_CLAIMS)},
            )
        except (jwt.PyJWTError, RecursionError) as error:
            raise ValueError(f"the token is not valid: {error}") from error
        return claims
