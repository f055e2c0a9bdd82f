"""The registry's HTTP with what its configuration asks for: users, tokens, permissions, trust.

Every file is read here, so that one that cannot be used ends the start with a sentence.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from odradek.config import RegistryConfiguration
from odradek.config.bearer_tokens import TokenConfiguration
from odradek.registry.api.application import RegistryApplication
from odradek.registry.core import Registry
from odradek.registry.errors import StartupError
from odradek.registry.permissions import Permissions
from odradek.web.authentication.authenticator import Authenticator
from odradek.web.authentication.passwords import Passwords
from odradek.web.forwarding import Forwarder
from odradek.web.watched_file import WatchedFile

if TYPE_CHECKING:  # tokens need an extra
    from odradek.web.authentication.tokens import Tokens

T = TypeVar("T")


def secured_application(
    registry: Registry, configuration: RegistryConfiguration
) -> RegistryApplication:
    """Raises StartupError for a file that cannot be used, and for a missing extra."""
    ca_file = configuration.ca_file
    try:
        forwarder = Forwarder(ca_file)
    except OSError as error:
        raise StartupError(f"ssl.ca.location cannot be used: {ca_file}: {error}") from error
    passwords = _watched("the users", configuration.users_file, Passwords.parse)
    permissions = _watched("the permissions", configuration.permissions_file, Permissions.parse)
    tokens = None if configuration.tokens is None else _tokens(configuration.tokens, ca_file)
    return RegistryApplication(
        registry,
        authenticator=Authenticator(passwords, tokens),
        permissions=permissions,
        forwarder=forwarder,
        body_bytes_max=configuration.request_bytes_max,
    )


def _watched(what: str, path: str | None, parse: Callable[[str], T]) -> WatchedFile[T] | None:
    if path is None:
        return None
    try:
        return WatchedFile(path, parse)
    except (OSError, ValueError) as error:
        raise StartupError(f"{what} cannot be read: {error}") from error


def _tokens(configuration: TokenConfiguration, ca_file: str | None) -> "Tokens":
    try:
        from odradek.web.authentication.signing_keys import KeysAtAddress, KeysInFile, SigningKeys
        from odradek.web.authentication.tokens import Tokens
    except ImportError as error:
        raise StartupError(
            f"bearer tokens need the extra oidc ({error}): pip install 'odradek[oidc]'"
        ) from error
    keys: SigningKeys
    if "://" in configuration.keys:
        keys = KeysAtAddress(configuration.keys, refresh_s=configuration.refresh_s, ca_file=ca_file)
    else:
        try:
            keys = KeysInFile(configuration.keys)
        except (OSError, ValueError) as error:
            raise StartupError(f"the keys of tokens cannot be read: {error}") from error
    return Tokens(
        keys,
        issuer=configuration.issuer,
        audience=configuration.audience,
        leeway_s=configuration.leeway_s,
    )
