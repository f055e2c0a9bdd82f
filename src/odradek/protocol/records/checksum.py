"""CRC-32C, the checksum of batches and snapshots.

The function is the C one of the package `crc32c`. Its extension module is loaded by itself, because
importing the package also imports a command line and `importlib.metadata`: a sixth of the time that
the broker takes to start.
"""

from collections.abc import Callable
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec

from odradek.protocol.records.compression import Buffer

PACKAGE, EXTENSION = "crc32c", "crc32c._crc32c"


def load_crc32c() -> Callable[[Buffer], int]:
    """Return the function of the extension alone, or the package's if that is not to be had."""
    package = find_spec(PACKAGE)
    folders = package.submodule_search_locations if package is not None else None
    extension = PathFinder.find_spec(EXTENSION, folders)
    if extension is None or extension.loader is None:
        from crc32c import crc32c as function

        return function
    module = module_from_spec(extension)
    extension.loader.exec_module(module)
    loaded: Callable[[Buffer], int] = module.crc32c
    return loaded


crc32c = load_crc32c()
