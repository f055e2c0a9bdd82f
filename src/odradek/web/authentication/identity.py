"""Who somebody turned out to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Identity:
    """A user who gave a password, or the claims of a token; with neither, nobody known."""

    user: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        return self.user is not None or bool(self.claims)

    def __str__(self) -> str:
        """As sentences name it."""
        if self.user is not None:
            return f"user {self.user!r}"
        return f"the bearer of token {self.claims.get('sub')!r}" if self.claims else "anonymous"


ANONYMOUS = Identity()
