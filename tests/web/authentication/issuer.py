"""An issuer of tokens: real keys and signatures, and an HTTP server that tells the public keys."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

ISSUER = "https://issuer.example"
AUDIENCE = "registry"


class Key:
    """A private key with its id."""

    def __init__(self, key_id: str, algorithm: str, *, bits: int = 2048) -> None:
        self.id = key_id
        self.algorithm = algorithm
        self.private: Any
        self._codec: Any
        if algorithm == "RS256":
            self.private = rsa.generate_private_key(public_exponent=65_537, key_size=bits)
            self._codec = RSAAlgorithm
        elif algorithm == "ES256":
            self.private, self._codec = ec.generate_private_key(ec.SECP256R1()), ECAlgorithm
        else:
            self.private, self._codec = ed25519.Ed25519PrivateKey.generate(), OKPAlgorithm

    def described(self) -> dict[str, Any]:
        """The public key as a JWK."""
        public = self._codec.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.id, "use": "sig"}

    def token(self, *, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A token that is good for a minute, but for the claims that are given; None leaves out."""
        now_s = int(time.time())
        whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "exp": now_s + 60, **claims}
        return jwt.encode(
            {name: value for name, value in whole.items() if value is not None},
            self.private,
            self.algorithm,
            {"kid": self.id, **(header or {})},
        )


def jwks(*keys: Key) -> str:
    return json.dumps({"keys": [key.described() for key in keys]})


class Published:
    """What the issuer's server answers, and how often it was asked."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.status = 200
        self.asked = 0
        self.url = ""


@contextmanager
def published(text: str) -> Iterator[Published]:
    """An HTTP server with this document."""
    document = Published(text)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document.asked += 1
            self.send_response(document.status)
            self.send_header("location", document.url)
            self.end_headers()
            self.wfile.write(document.text.encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        document.url = f"http://127.0.0.1:{server.server_port}/keys?of=issuer"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield document
        server.shutdown()
        thread.join()
