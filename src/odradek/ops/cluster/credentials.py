"""A throwaway certificate authority, SCRAM users, and the settings with which clients get in.

Invariants: everything is made for one cluster, lies in one directory that only its owner may read,
and is good for thirty days; passwords are random. Deliberately no production tool: the authority's
key lies beside its certificate.
"""

import secrets
import subprocess
from collections.abc import Mapping
from pathlib import Path

import msgspec

from odradek.ops.cluster.errors import ClusterError
from odradek.ops.cluster.jars import require_program
from odradek.ops.cluster.ports import HOST

MECHANISM = "SCRAM-SHA-512"
USERS = ("admin", "client")
DAYS = "30"
OPENSSL_TIMEOUT_S = 60
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
_EXTENSIONS = f"subjectAltName=IP:{HOST},DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n"


class CredentialsError(ClusterError):
    """The certificates could not be made; the message is OpenSSL's last line."""


class Credentials(msgspec.Struct, frozen=True):
    """Where the certificates lie, and each user's password."""

    directory: str
    passwords: dict[str, str]
    mechanism: str = MECHANISM

    @property
    def ca_pem(self) -> Path:
        """The certificate that clients are to trust."""
        return Path(self.directory) / "ca.pem"

    @property
    def broker_pem(self) -> Path:
        """Key and certificate of every node."""
        return Path(self.directory) / "broker.pem"

    def jaas(self, user: str) -> str:
        """The login of a user as Java takes it."""
        module = "org.apache.kafka.common.security.scram.ScramLoginModule"
        return f'{module} required username="{user}" password="{self.passwords[user]}";'

    def librdkafka_settings(self, user: str = "client") -> dict[str, str]:
        """How a librdkafka client gets in."""
        return {
            "security.protocol": "SASL_SSL",
            "sasl.mechanisms": self.mechanism,
            "sasl.username": user,
            "sasl.password": self.passwords[user],
            "ssl.ca.location": str(self.ca_pem),
        }

    def java_settings(self, user: str = "client") -> dict[str, str]:
        """How a Java client gets in."""
        return {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": self.mechanism,
            "sasl.jaas.config": self.jaas(user),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.ca_pem),
        }


def make_credentials(directory: Path) -> Credentials:
    """Make the authority, the nodes' certificate and the users; raises JarsUnavailable."""
    openssl = require_program("openssl", "OpenSSL")
    directory.mkdir(mode=0o700, parents=True)
    (directory / "extensions").write_text(_EXTENSIONS)
    authority = ("-x509", "-keyout", "ca.key", "-out", "ca.pem", "-days", DAYS)
    request = ("-keyout", "broker.key", "-out", "broker.csr", "-subj", f"/CN={HOST}")
    signed = ("-in", "broker.csr", "-out", "broker.crt", "-days", DAYS, "-extfile", "extensions")
    by_authority = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial")
    _run(directory, openssl, "req", *_KEY, *authority, "-subj", "/CN=odradek throwaway authority")
    _run(directory, openssl, "req", *_KEY, *request)
    _run(directory, openssl, "x509", "-req", *signed, *by_authority)
    files = (directory / name for name in ("broker.key", "broker.crt"))
    (directory / "broker.pem").write_text("".join(file.read_text() for file in files))
    return Credentials(str(directory), {user: secrets.token_hex(16) for user in USERS})


def toml_section(settings: Mapping[str, str]) -> str:
    """The `[kafka]` section of an `odradek.toml`; a JSON string is a TOML string."""
    lines = (f'"{key}" = {msgspec.json.encode(value).decode()}' for key, value in settings.items())
    return "[kafka]\n" + "".join(f"{line}\n" for line in lines)


def _run(directory: Path, *command: str) -> None:
    result = subprocess.run(  # noqa: S603 - OpenSSL with our own arguments, no shell
        command,
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=OPENSSL_TIMEOUT_S,
        check=False,
    )
    if result.returncode != 0:
        last_line = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CredentialsError(f"OpenSSL made no certificate: {last_line}")
