"""How commands reach a registry, and what they say when they do not."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from odradek.testing import EphemeralRegistry
from tests.cli.conftest import Odradek
from tests.registry.certificates import write_certificate


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate, the key and the users of the guarded registry."""
    directory = tmp_path_factory.mktemp("guarded")
    write_certificate(directory)
    (directory / "users").write_text("anna:sec:ret\n")
    return directory


@pytest.fixture(scope="module")
def guarded(files: Path) -> Iterator[EphemeralRegistry]:
    """A registry that asks for a password, over HTTPS."""
    settings = {
        "authentication.users.file": files / "users",
        "ssl.certificate.location": files / "registry.pem",
        "ssl.key.location": files / "registry.key",
    }
    with EphemeralRegistry(settings=settings) as registry:
        yield registry


@pytest.fixture
def nobody() -> Iterator[str]:
    """A URL at which nobody listens, and nobody will while the test runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def test_options_name_registry_user_and_certificate(
    odradek: Odradek, guarded: EphemeralRegistry, files: Path
) -> None:
    outcome = odradek(
        "schema", "list", "-r", guarded.url, "-u", "anna:sec:ret",
        "--ca-file", str(files / "registry.pem"),
    )  # fmt: skip
    assert outcome.code == 0, outcome.stderr


def test_the_file_and_the_environment_do_it_as_well(
    odradek: Odradek,
    guarded: EphemeralRegistry,
    files: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "odradek.toml").write_text(
        f'[schema_registry]\nurl = "{guarded.url}"\nssl.ca.location = "{files}/registry.pem"\n'
    )
    monkeypatch.setenv("ODRADEK_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO", "anna:sec:ret")
    outcome = odradek("schema", "list")
    assert outcome.code == 0, outcome.stderr


def test_a_user_in_the_url_is_one_too(
    odradek: Odradek, guarded: EphemeralRegistry, files: Path
) -> None:
    url = guarded.url.replace("https://", "https://anna:sec%3Aret@")
    outcome = odradek("schema", "list", "-r", url, "--ca-file", str(files / "registry.pem"))
    assert outcome.code == 0, outcome.stderr


@pytest.mark.parametrize("user", [None, "anna:wrong", "nobody:x"])
def test_a_wrong_password_says_how_to_give_the_right_one(
    odradek: Odradek, guarded: EphemeralRegistry, files: Path, user: str | None
) -> None:
    given = () if user is None else ("-u", user)
    trusted = ("--ca-file", str(files / "registry.pem"))
    outcome = odradek("schema", "list", "-r", guarded.url, *given, *trusted)
    assert outcome.code == 1
    assert "does not know this user and password (401): give --user USER:PASSWORD" in outcome.stderr


def test_an_unknown_certificate_says_how_to_trust_it(
    odradek: Odradek, guarded: EphemeralRegistry
) -> None:
    outcome = odradek("schema", "list", "-r", guarded.url)
    assert outcome.code == 1
    assert "Its certificate is not trusted: --ca-file names" in outcome.stderr


def test_nobody_at_the_address_is_one_sentence_of_every_command(
    odradek: Odradek, nobody: str, tmp_path: Path
) -> None:
    (tmp_path / "a.avsc").write_text('"int"')
    for command in (
        ["list"],
        ["show", "a"],
        ["register", "a", "a.avsc"],
        ["delete", "a", "--yes"],
        ["diff", "a"],
        ["compat"],
        ["export", "dump"],
    ):
        outcome = odradek("schema", *command, "--registry", nobody)
        assert outcome.code == 1, command
        assert outcome.stderr.startswith(f"error: no schema registry answers ({nobody}: ")
        assert outcome.stderr.count("\n") == 1
    assert not (tmp_path / "dump").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-r", "127.0.0.1:8081"], "127.0.0.1:8081 is no URL of a schema registry"),
        (["-u", "anna"], "write it as user:password"),
        (["--ca-file", "nowhere.pem"], "the PEM file nowhere.pem does not exist"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(
    odradek: Odradek, arguments: list[str], said: str
) -> None:
    outcome = odradek("schema", "list", *arguments)
    assert (outcome.code, said in outcome.stderr) == (1, True), outcome.stderr
