"""What odradek can be told, and how it is told: one file, the environment, `--set`.

`load` turns text into a valid `Configuration` or raises `ConfigurationError` with one sentence.
Every setting is declared once (`setting.Setting`) with its type, default, limits and meaning; the
reference in `docs/reference/settings.md` is generated from the declarations.

Pure: this package opens no file and reads no process environment. The command line does both.
"""

from odradek.config.broker import BrokerConfiguration, Durability
from odradek.config.configuration import Configuration, load
from odradek.config.listener import Listener
from odradek.config.registry import RegistryConfiguration
from odradek.config.schema_registry import SchemaRegistryConfiguration
from odradek.config.sources import ConfigurationError

__all__ = [
    "BrokerConfiguration",
    "Configuration",
    "ConfigurationError",
    "Durability",
    "Listener",
    "RegistryConfiguration",
    "SchemaRegistryConfiguration",
    "load",
]
