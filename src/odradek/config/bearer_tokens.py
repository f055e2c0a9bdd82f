"""Settings of bearer tokens, of a section whose server takes them: whose they are, and for whom."""

from collections.abc import Mapping

from msgspec import Struct

from odradek.config.setting import InvalidSetting, Setting, SettingType
from odradek.config.validators import NotEmpty, at_least, between

LOOPBACK = ("localhost", "127.0.0.1", "::1")
TOKEN_SETTINGS = (
    Setting(
        "oauthbearer.jwks.endpoint.url",
        SettingType.STRING,
        None,
        "Where the keys of bearer tokens are: https://, http:// of this machine, or a file; with it"
        " tokens are taken. Needs the extra oidc.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "oauthbearer.expected.issuer",
        SettingType.STRING,
        None,
        "Who has to have issued a token (its claim iss).",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "oauthbearer.expected.audience",
        SettingType.LIST,
        None,
        "For whom a token has to be meant (its claim aud): one of these.",
        NotEmpty(),
        acts=True,
    ),
    Setting(
        "oauthbearer.clock.skew.seconds",
        SettingType.INT,
        "30",
        "How far our clock and the issuer's may differ where a token's time is judged.",
        between(0, 600),
        acts=True,
    ),
    Setting(
        "oauthbearer.jwks.endpoint.refresh.ms",
        SettingType.INT,
        "3600000",
        "After how long the keys are fetched again; for a key that is not known, at once, but not "
        "more often than each ten seconds.",
        at_least(10_000),
        acts=True,
    ),
)


class TokenConfiguration(Struct, frozen=True, kw_only=True):
    """Which bearer tokens are taken."""

    keys: str
    """An address, or the path of a file."""
    issuer: str
    audience: tuple[str, ...]
    leeway_s: float
    refresh_s: float


def token_configuration(given: Mapping[str, str]) -> TokenConfiguration | None:
    """What the settings say of tokens, None if nothing; raises InvalidSetting."""
    needed = [
        "oauthbearer.jwks.endpoint.url",
        "oauthbearer.expected.issuer",
        "oauthbearer.expected.audience",
    ]
    there = [name for name in needed if name in given]
    if not there:
        return None
    if there != needed:
        missing = ", ".join(name for name in needed if name not in given)
        raise InvalidSetting(there[0], given[there[0]], f"with it set {missing}, too")
    all_of_them = {each.name: each.default or "" for each in TOKEN_SETTINGS} | dict(given)
    return TokenConfiguration(
        keys=_place_of_keys(given[needed[0]]),
        issuer=given[needed[1]],
        audience=tuple(each.strip() for each in given[needed[2]].split(",")),
        leeway_s=int(all_of_them["oauthbearer.clock.skew.seconds"]),
        refresh_s=int(all_of_them["oauthbearer.jwks.endpoint.refresh.ms"]) / 1000,
    )


def _place_of_keys(text: str) -> str:
    """An address that nobody on the way can change, or a path."""
    from urllib.parse import urlsplit  # only a process that takes tokens pays for it

    url = urlsplit(text)
    if url.scheme == "file":
        return url.path
    if "://" not in text or (url.scheme == "https" and url.hostname):
        return text
    if url.scheme == "http" and url.hostname in LOOPBACK:
        return text
    raise InvalidSetting(
        "oauthbearer.jwks.endpoint.url", text, "keys are had by https, or from a file"
    )
