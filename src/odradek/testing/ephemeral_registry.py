"""A schema registry for the length of a `with` block, in this process, on a free port.

    with EphemeralRegistry() as registry:
        client = SchemaRegistryClient({"url": registry.url})

Without a Kafka it keeps its schemas in memory, and is ready at once. With `bootstrap_servers` it
keeps them in that cluster's topic `_schemas`, as `odradek registry` does.

Invariants: it runs in a thread of its own, so that blocking clients can talk to it from this one;
leaving the block ends it.
"""

import asyncio
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from odradek.config import load

if TYPE_CHECKING:
    from odradek.registry.main import RegistryService

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
NOT_STARTED = "the registry was not started: use it in a `with` block, or call start() first"


class EphemeralRegistry:
    """A registry: a context manager. `settings` are those of `[registry]` in `odradek.toml`."""

    def __init__(
        self,
        bootstrap_servers: str | None = None,
        *,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self._bootstrap_servers = bootstrap_servers
        self._settings = {"listeners": "127.0.0.1:0", **(settings or {})}
        self._service: RegistryService | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="registry", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """What clients take as the registry's URL."""
        return self.service.address

    @property
    def service(self) -> "RegistryService":
        """The part itself; its state belongs to another thread."""
        if self._service is None:
            raise RuntimeError(NOT_STARTED)
        return self._service

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the registry's thread."""
        if self._loop is None:
            raise RuntimeError(NOT_STARTED)
        return self._loop

    def start(self) -> None:
        """Start it and return once it serves; raises StartupError when it cannot."""
        self._loop = asyncio.new_event_loop()
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._start(), self.loop).result(START_TIMEOUT_S)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End it. Does nothing when it does not run."""
        if self._service is not None:
            stopped = asyncio.run_coroutine_threadsafe(self._service.stop(), self.loop)
            stopped.result(STOP_TIMEOUT_S)
            self._service = None
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(STOP_TIMEOUT_S)

    async def _start(self) -> None:
        # Imported here, so that tests which use only a broker do not wait for an HTTP server.
        from odradek.registry.log.memory_log import MemoryLog
        from odradek.registry.main import RegistryService, build

        overrides = [f"registry.{name}={_text(value)}" for name, value in self._settings.items()]
        if self._bootstrap_servers is not None:
            overrides.append(f"kafka.bootstrap.servers={self._bootstrap_servers}")
        configuration = load(None, {}, overrides)
        if self._bootstrap_servers is None:
            self._service = RegistryService(configuration.registry, MemoryLog())
        else:
            self._service = build(configuration)
        await self._service.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            self.loop.close()


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
