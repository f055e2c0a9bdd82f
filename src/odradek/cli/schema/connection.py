"""How a command reaches a schema registry: its options, its client, and errors as sentences.

Invariant: whatever a registry answers, or nobody, is one sentence with a remedy.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.command import ConfigurationFile
from odradek.cli.configuration import Flag, load_configuration
from odradek.cli.errors import CommandError
from odradek.cli.kafka_errors import nearest_name
from odradek.clients.errors import ClientError, RegistryRefused, RegistryUnreachable
from odradek.clients.schema_registry import RegistryAdministration
from odradek.clients.schema_registry.connection import Connection

TIMEOUT_S = 30.0
SUBJECT_NOT_FOUND = 40401


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class RegistryConnection:
    """The options that every command has which talks to a schema registry."""

    registry: Annotated[
        str | None,
        Parameter(
            name=["--registry", "-r"],
            help="The registry's URL; else ODRADEK_SCHEMA_REGISTRY_URL, else [schema_registry] in"
            " odradek.toml, else http://127.0.0.1:8081.",
        ),
    ] = None
    user: Annotated[
        str | None,
        Parameter(
            name=["--user", "-u"],
            help="Who you are, USER:PASSWORD; else ODRADEK_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO,"
            " which keeps the password out of the list of processes.",
        ),
    ] = None
    ca_file: Annotated[
        Path | None,
        Parameter(help="PEM file of the certificates to trust; the system's, if left out."),
    ] = None
    config_file: ConfigurationFile = None

    @contextmanager
    def open(self) -> Iterator[RegistryAdministration]:
        """A registry for the length of a block; what goes wrong in it is a CommandError."""
        registry = self.connect()
        try:
            with sentences():
                yield registry
        finally:
            registry.close()

    def connect(self) -> RegistryAdministration:
        """A connection of its own, which whoever asks for it closes."""
        flags = [
            Flag("--registry", "schema_registry.url", self.registry),
            Flag("--user", "schema_registry.basic.auth.user.info", self.user),
            Flag("--ca-file", "schema_registry.ssl.ca.location", _text(self.ca_file)),
        ]
        asked = load_configuration(self.config_file, flags=flags).schema_registry
        for file in (asked.ca_file, asked.certificate_file, asked.key_file):
            if file is not None and not Path(file).is_file():
                raise CommandError(f"the PEM file {file} does not exist")
        with sentences():
            return RegistryAdministration(
                Connection(
                    asked.urls,
                    basic_auth=asked.basic_auth,
                    bearer_token=asked.bearer_token,
                    ca_file=asked.ca_file,
                    certificate_file=asked.certificate_file,
                    key_file=asked.key_file,
                    timeout_s=TIMEOUT_S,
                )
            )


DEFAULT_REGISTRY = RegistryConnection()


@contextmanager
def sentences() -> Iterator[None]:
    """What a registry refuses, or nobody answers, as an error for a user."""
    try:
        yield
    except RegistryRefused as error:
        raise CommandError(refusal_sentence(error)) from error
    except RegistryUnreachable as error:
        raise CommandError(f"{error}{_remedy(str(error))}") from error
    except ClientError as error:
        raise CommandError(str(error)) from error


def unknown_subject(registry: RegistryAdministration, subject: str) -> CommandError:
    """The error for a subject that does not exist, with the nearest that does."""
    existing = registry.subjects()
    if subject not in existing and subject in registry.subjects(deleted=True):
        return CommandError(
            f"subject {subject} is deleted softly; `odradek schema list --deleted` shows it, and"
            " registering a schema again brings it back"
        )
    nearest = nearest_name(subject, existing)
    meant = "`odradek schema list` shows those that do"
    meant = meant if nearest is None else f"did you mean {nearest}?"
    return CommandError(f"subject {subject} does not exist; {meant}")


def live_numbers(registry: RegistryAdministration, subject: str) -> list[int]:
    """The versions of a subject that are not deleted; none of a subject that does not exist."""
    try:
        return registry.versions(subject)
    except RegistryRefused as error:
        if error.error_code != SUBJECT_NOT_FOUND:
            raise
        return []


def existing_versions(
    registry: RegistryAdministration, subject: str, *, deleted: bool = False
) -> list[int]:
    """The versions of a subject, oldest first; CommandError if it does not exist."""
    try:
        return registry.versions(subject, deleted=deleted)
    except RegistryRefused as error:
        if error.error_code != SUBJECT_NOT_FOUND:
            raise
        raise unknown_subject(registry, subject) from error


def existing_version(
    registry: RegistryAdministration, subject: str, version: int | None, *, deleted: bool = False
) -> int:
    """The number of a version that exists, the latest for None; CommandError if it does not."""
    versions = existing_versions(registry, subject, deleted=deleted)
    if version is None:
        return versions[-1]
    if version not in versions:
        numbers = ", ".join(map(str, versions))
        raise CommandError(f"subject {subject} has no version {version}; it has {numbers}")
    return version


def refusal_sentence(error: RegistryRefused) -> str:
    """What the registry refused, and what to do where that is known."""
    match error.status:
        case 401:
            return (
                "the registry does not know this user and password (401): give --user"
                " USER:PASSWORD, or set ODRADEK_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO"
            )
        case 403:
            return f"the registry does not let this user do so (403): {error.said}"
        case 404 | 405 if error.error_code == error.status:
            return f"the registry does not offer this ({error})"
        case _:
            return f"the registry refuses: {error.said} ({error.error_code})"


def _remedy(sentence: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in sentence:
        return ". Its certificate is not trusted: --ca-file names the one that signed it"
    return ", or name another with --registry" if "mend the address" in sentence else ""


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
