"""The public keys of a tokens' issuer (JWKS, RFC 7517), from a file or from its address.

Invariants: an address is asked at most once in `PAUSE_S`, whatever key ids are made up by whoever
sends tokens; no request waits for it but one whose key is unknown. Keys that were fetched once stay
in use while the issuer does not answer, and the log says so.
"""

import asyncio
import http.client
import json
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from jwt import PyJWK, PyJWTError

from odradek.event_log import get_logger
from odradek.web.errors import service_unavailable
from odradek.web.watched_file import WatchedFile

logger = get_logger(__name__)

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""Signatures that are taken: what issuers use. None with a shared secret, and never `none`."""
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth"})
RSA_BITS_MIN = 2048
KEYS_BYTES_MAX = 512 * 1024
TIMEOUT_S = 5.0
PAUSE_S = 10.0
"""Between two looks at the issuer's address; a new key is published longer before it is used."""


class KeySet:
    """Public keys by their ids."""

    def __init__(self, keys: Mapping[str | None, PyJWK]) -> None:
        self._keys = dict(keys)

    @classmethod
    def parse(cls, text: str | bytes) -> "KeySet":
        """Read a JWKS document, keys for other uses left out; raises ValueError."""
        try:
            document = json.loads(text)
        except RecursionError:
            raise ValueError("the JSON is nested too deeply") from None
        listed = document.get("keys") if isinstance(document, dict) else None
        usable = map(_usable_key, listed if isinstance(listed, list) else ())
        keys = [each for each in usable if each is not None]
        if not keys:
            raise ValueError(f"this is no JWKS document with a key for {', '.join(ALGORITHMS)}")
        return cls({each.key_id: each for each in keys})

    def find(self, key_id: str | None) -> PyJWK | None:
        """The key of an id; of a token that names none, the only key there is."""
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)


class SigningKeys(Protocol):
    """Where the keys are from."""

    async def find(self, key_id: str | None) -> PyJWK | None:
        """The key of an id, None if the issuer has no such; raises HttpError without any keys."""


class KeysInFile:
    """Keys from a file, which is read anew when it changes."""

    def __init__(self, path: str) -> None:
        self._file = WatchedFile(path, KeySet.parse)

    async def find(self, key_id: str | None) -> PyJWK | None:
        return self._file.content.find(key_id)


class KeysAtAddress:
    """Keys from the issuer, fetched when first needed, when they are old and when one is new."""

    def __init__(
        self,
        url: str,
        *,
        refresh_s: float,
        ca_file: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._refresh_s = refresh_s
        self._clock = clock
        self._tls = ssl.create_default_context()
        if ca_file is not None:
            self._tls.load_verify_locations(ca_file)
        self._keys: KeySet | None = None
        self._fetched_s = self._tried_s = float("-inf")
        self._fetching = asyncio.Lock()
        self._background: asyncio.Task[None] | None = None

    async def find(self, key_id: str | None) -> PyJWK | None:
        known = None if self._keys is None else self._keys.find(key_id)
        if known is None:
            await self._refresh()
        elif self._is_old() and self._may_try():
            self._background = asyncio.create_task(self._refresh())
        if self._keys is None:
            raise service_unavailable(f"the keys of tokens cannot be had from {self._url}")
        return known or self._keys.find(key_id)

    def _is_old(self) -> bool:
        return self._clock() - self._fetched_s > self._refresh_s

    def _may_try(self) -> bool:
        is_under_way = self._fetching.locked() or (
            self._background is not None and not self._background.done()
        )
        return not is_under_way and self._clock() - self._tried_s >= PAUSE_S

    async def _refresh(self) -> None:
        async with self._fetching:
            if self._clock() - self._tried_s < PAUSE_S:
                return
            self._tried_s = self._clock()
            try:
                self._keys = KeySet.parse(await asyncio.to_thread(_fetch, self._url, self._tls))
            except (OSError, http.client.HTTPException, ValueError) as error:
                logger.warning("keys of tokens not fetched", url=self._url, reason=str(error))
            else:
                self._fetched_s = self._clock()


def _usable_key(described: Any) -> PyJWK | None:
    """A key that can sign a token as we take it; None for any other."""
    if not isinstance(described, dict) or described.get("use", "sig") != "sig":
        return None
    public = {name: each for name, each in described.items() if name not in PRIVATE_MEMBERS}
    try:
        key = PyJWK.from_dict(public)
    except (PyJWTError, ValueError, TypeError, KeyError):
        return None
    if key.algorithm_name not in ALGORITHMS:
        return None
    is_weak = key.key_type == "RSA" and key.key.key_size < RSA_BITS_MIN
    return None if is_weak else key


def _fetch(url: str, tls: ssl.SSLContext) -> bytes:
    """The document itself; a redirection is not followed, for it may lead anywhere."""
    place = urlsplit(url)
    host = place.hostname or ""
    connection: http.client.HTTPConnection
    if place.scheme == "https":
        connection = http.client.HTTPSConnection(host, place.port, timeout=TIMEOUT_S, context=tls)
    else:
        connection = http.client.HTTPConnection(host, place.port, timeout=TIMEOUT_S)
    try:
        query = f"?{place.query}" if place.query else ""
        connection.request("GET", (place.path or "/") + query, headers={"Accept": "*/*"})
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise OSError(f"the answer has status {response.status}")
        document = response.read(KEYS_BYTES_MAX + 1)
        if len(document) > KEYS_BYTES_MAX:
            raise OSError(f"the answer has more than {KEYS_BYTES_MAX} bytes")
        return document
    finally:
        connection.close()
