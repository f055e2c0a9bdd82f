"""The scenarios, a module for each area. A new module is named here."""

from tests.registry.parity.scenarios import (
    associations,
    comparing,
    configs,
    contexts,
    deleting,
    http,
    modes,
    reading,
    registering,
    tags,
)

AREAS = (
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
