"""Bearer tokens: which are believed."""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from odradek.web.authentication.signing_keys import KeysInFile
from odradek.web.authentication.tokens import TOKEN_CHARS_MAX, Tokens
from tests.web.authentication.issuer import AUDIENCE, ISSUER, Key, jwks

LEEWAY_S = 30
KEYS = {name: Key(name, name) for name in ("RS256", "ES256", "EdDSA")}


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    (tmp_path / "jwks.json").write_text(jwks(*KEYS.values()))
    keys = KeysInFile(str(tmp_path / "jwks.json"))
    return Tokens(keys, issuer=ISSUER, audience=[AUDIENCE, "other"], leeway_s=LEEWAY_S)


def verify(tokens: Tokens, token: str) -> dict[str, Any]:
    return asyncio.run(tokens.verify(token))


@pytest.mark.parametrize("algorithm", list(KEYS))
def test_token_of_the_issuer_is_believed(tokens: Tokens, algorithm: str) -> None:
    claims = verify(tokens, KEYS[algorithm].token(groups=["dev"]))
    assert (claims["sub"], claims["groups"]) == ("anna", ["dev"])
    assert verify(tokens, KEYS[algorithm].token(aud=["nobody", "other"]))


def test_clocks_may_differ_a_little(tokens: Tokens) -> None:
    now_s = int(time.time())
    key = KEYS["ES256"]
    assert verify(tokens, key.token(exp=now_s - LEEWAY_S // 2, nbf=now_s + LEEWAY_S // 2))


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"exp": int(time.time()) - 3_600}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": "soon"}, "integer"),
        ({"nbf": int(time.time()) + 3_600}, "not yet valid"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"iss": None}, "iss"),
        ({"aud": "somebody-else"}, "[Aa]udience"),
        ({"aud": None}, "aud"),
        ({"aud": []}, "aud"),
    ],
)
def test_claims_that_are_not_right_are_refused(
    tokens: Tokens, claims: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        verify(tokens, KEYS["ES256"].token(**claims))


def unsigned(header: dict[str, Any]) -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "exp": int(time.time()) + 60}
    parts = (json.dumps(each).encode() for each in (header, claims))
    return ".".join(base64.urlsafe_b64encode(each).rstrip(b"=").decode() for each in parts)


def signed_with_the_public_key(public: bytes) -> str:
    """What a server takes that lets the token choose its algorithm."""
    text = unsigned({"alg": "HS256", "kid": "RS256"})
    digest = hmac.new(public, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def test_token_does_not_choose_its_algorithm(tokens: Tokens) -> None:
    public = (
        KEYS["RS256"]
        .private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    for forged in (
        signed_with_the_public_key(public),
        unsigned({"alg": "none", "kid": "RS256"}) + ".",
        unsigned({"alg": "RS256", "kid": "RS256"}) + ".",
        KEYS["ES256"].token(header={"kid": "RS256"}),
        Key("RS256", "RS256").token(),
    ):
        with pytest.raises(ValueError, match="token"):
            verify(tokens, forged)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a.b.c",
        "..",
        "x" * (TOKEN_CHARS_MAX + 1),
        unsigned({"alg": "RS256", "kid": ["RS256"]}) + ".x",
        unsigned({"alg": "RS256", "kid": 7}) + ".x",
        unsigned({"alg": ["RS256"], "kid": "RS256"}) + ".x",
        unsigned({"kid": "RS256"}) + ".x",
        base64.urlsafe_b64encode(b"[" * 9_000).decode().rstrip("=") + ".a.b",
    ],
)
def test_texts_that_are_no_tokens_are_refused(tokens: Tokens, text: str) -> None:
    with pytest.raises(ValueError, match="token"):
        verify(tokens, text)


def test_extensions_that_must_be_understood_are_refused(tokens: Tokens) -> None:
    token = KEYS["ES256"].token(header={"crit": ["x"], "x": 1})
    with pytest.raises(ValueError, match="token"):
        verify(tokens, token)


def test_token_of_an_unknown_key_is_refused(tokens: Tokens) -> None:
    with pytest.raises(ValueError, match="no key"):
        verify(tokens, Key("new", "ES256").token())
    token = jwt.encode({"iss": ISSUER}, KEYS["ES256"].private, "ES256")
    with pytest.raises(ValueError, match="no key"):
        verify(tokens, token)
