"""Settings of a scope become what an archive says."""

from odradek.cli.schema.archive.contents import Config
from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import RegistryAdministration

NOT_FOUND = 404
READWRITE = "READWRITE"
IMPORT = "IMPORT"
READ_ONLY = ("READONLY", "READONLY_OVERRIDE")


def apply_config(client: RegistryAdministration, scope: str, wanted: Config | None) -> None:
    """The scope's own config is exactly this afterwards; None is none of its own."""
    own = client.config(scope)
    if own == wanted:
        return
    if wanted is None:
        client.delete_config(scope)
    else:
        superfluous = dict.fromkeys(own or {})
        client.set_config(scope, {**superfluous, **wanted})


def apply_mode(client: RegistryAdministration, scope: str, wanted: str | None) -> None:
    """The scope's own mode is this afterwards; None is none of its own."""
    if wanted is None and scope:
        try:
            client.delete_mode(scope)
        except RegistryRefused as refused:
            if refused.status != NOT_FOUND:
                raise
    else:
        client.set_mode(scope, wanted or READWRITE, force=True)
