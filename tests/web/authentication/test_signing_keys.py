"""The issuer's keys: which are used, and how often they are fetched."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from odradek.web.authentication.signing_keys import (
    KEYS_BYTES_MAX,
    PAUSE_S,
    KeysAtAddress,
    KeySet,
    KeysInFile,
)
from odradek.web.errors import HttpError
from tests.web.authentication.issuer import Key, Published, jwks, published

OLD, NEW = Key("old", "ES256"), Key("new", "ES256")
REFRESH_S = 3_600.0


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def issuer() -> Iterator[Published]:
    with published(jwks(OLD)) as document:
        yield document


@pytest.fixture
def clock() -> Clock:
    return Clock()


def run(issuer: Published, clock: Clock, act: Callable[[KeysAtAddress], Awaitable[None]]) -> None:
    async def whole() -> None:
        await act(KeysAtAddress(issuer.url, refresh_s=REFRESH_S, clock=clock))

    asyncio.run(whole())


def test_keys_are_fetched_once_for_many_tokens(issuer: Published, clock: Clock) -> None:
    async def act(keys: KeysAtAddress) -> None:
        found = await asyncio.gather(*(keys.find("old") for _ in range(20)))
        assert [each.key_id for each in found if each is not None] == ["old"] * 20

    run(issuer, clock, act)
    assert issuer.asked == 1


def test_new_key_is_found_and_made_up_ones_do_not_flood_the_issuer(
    issuer: Published, clock: Clock
) -> None:
    async def act(keys: KeysAtAddress) -> None:
        assert await keys.find("old") is not None
        issuer.text = jwks(OLD, NEW)
        assert await keys.find("new") is None
        clock.now_s += PAUSE_S
        assert await keys.find("new") is not None
        clock.now_s += PAUSE_S
        assert set(await asyncio.gather(*(keys.find(f"x{n}") for n in range(50)))) == {None}

    run(issuer, clock, act)
    assert issuer.asked == 3


def test_old_keys_are_fetched_again_and_withdrawn_ones_are_gone(
    issuer: Published, clock: Clock
) -> None:
    async def act(keys: KeysAtAddress) -> None:
        assert await keys.find("old") is not None
        issuer.text = jwks(NEW)
        clock.now_s += REFRESH_S + 1
        assert await keys.find("old") is not None, "nobody waits for keys that are there"
        assert await keys.find("new") is not None
        assert await keys.find("old") is None

    run(issuer, clock, act)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "{}"),
        (302, "{}"),
        (200, "nonsense"),
        (200, "[]"),
        (200, '{"keys": []}'),
        (200, "[" * 100_000),
        (200, jwks(OLD) + " " * KEYS_BYTES_MAX),
    ],
)
def test_issuer_that_does_not_answer_is_no_fault_of_the_token(
    issuer: Published, clock: Clock, status: int, text: str
) -> None:
    good = issuer.text

    async def act(keys: KeysAtAddress) -> None:
        issuer.status, issuer.text = status, text
        with pytest.raises(HttpError, match="keys of tokens") as error:
            await keys.find("old")
        assert error.value.status == 503
        issuer.status, issuer.text = 200, good
        clock.now_s += PAUSE_S
        assert await keys.find("old") is not None
        issuer.status, issuer.text = status, text
        clock.now_s += REFRESH_S + 1
        assert await keys.find("old") is not None
        assert await keys.find("unknown") is None
        assert await keys.find("old") is not None, "what was fetched once stays in use"

    run(issuer, clock, act)


def test_keys_for_other_uses_and_weak_ones_are_left_out() -> None:
    shared = {"kty": "oct", "kid": "shared", "k": "c2VjcmV0"}
    encrypting = {**OLD.described(), "kid": "encrypting", "use": "enc"}
    weak = Key("weak", "RS256", bits=1024).described()
    broken = {**OLD.described(), "kid": "broken", "x": "AA"}
    listed = [shared, encrypting, weak, broken, "text", {}, NEW.described()]
    keys = KeySet.parse(json.dumps({"keys": listed}))
    names = ["shared", "encrypting", "weak", "broken", "new"]
    assert [name for name in names if keys.find(name) is not None] == ["new"]


def test_token_without_a_key_id_has_the_only_key() -> None:
    found = KeySet.parse(jwks(OLD)).find(None)
    assert found is not None
    assert found.key_id == "old"
    assert KeySet.parse(jwks(OLD, NEW)).find(None) is None


def test_private_key_that_was_published_by_mistake_verifies_only() -> None:
    private = {**OLD.described(), "d": "AAAA"}
    found = KeySet.parse(json.dumps({"keys": [private]})).find("old")
    assert found is not None
    assert not hasattr(found.key, "private_numbers")


def test_file_of_keys_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    file.write_text(jwks(OLD))
    keys = KeysInFile(str(file))
    assert asyncio.run(keys.find("old")) is not None
    file.write_text(jwks(OLD, NEW))
    assert asyncio.run(keys.find("new")) is not None
    (tmp_path / "other").write_text("{}")
    with pytest.raises(ValueError, match="JWKS"):
        KeysInFile(str(tmp_path / "other"))
