"""The scenarios, a module for each area. A new module is named here."""

from tests.registry.parity.scenarios import (
    aliases,
    associations,
    comparing,
    configs,
    contexts,
    deleting,
    forms,
    http,
    modes,
    reading,
    registering,
    tags,
)

AREAS = (
    aliases,
    forms,
    http,
    registering,
    reading,
    deleting,
    configs,
    modes,
    comparing,
    contexts,
    tags,
    associations,
)
