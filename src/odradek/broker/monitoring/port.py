"""`/metrics`, `/livez` and `/readyz` of one broker.

`/livez` answers whenever the event loop turns: restart the process when it does not. `/readyz`
answers 200 while clients are served and 503 with the reason otherwise: send clients elsewhere, or
wait. Both go on answering while the broker loads its logs and while it stops; `/metrics` has
nothing to say before the logs are loaded.
"""

import asyncio
import errno
from http import HTTPStatus

from odradek.broker.errors import StartupError
from odradek.broker.monitoring.catalogue import FAMILIES
from odradek.broker.monitoring.exposition import CONTENT_TYPE, render
from odradek.broker.monitoring.health import Phase, find_fault
from odradek.broker.monitoring.http_message import Answer, Request
from odradek.broker.monitoring.http_port import HttpPort
from odradek.broker.runtime import Broker
from odradek.config import Listener

PARTITIONS_PER_SLICE = 200


class MonitoringPort:
    """Serves the three paths; whoever runs the broker says when it serves and when it stops."""

    def __init__(self, broker: Broker) -> None:
        self._phase = Phase.LOADING
        self._broker = broker
        self._http = HttpPort(self._answer)

    async def start(self, address: Listener) -> Listener:
        """Listen; return the address with the port in use. Raises StartupError."""
        try:
            port = await self._http.start(address.host, address.port)
        except OSError as error:
            taken = "the port is taken" if error.errno == errno.EADDRINUSE else error.strerror
            raise StartupError(
                f"cannot serve metrics on {address}: {taken or error}; choose another "
                "metrics.address (port 0 picks a free one)"
            ) from error
        return Listener(address.host, port)

    def note_serving(self) -> None:
        """Everything is loaded, and clients are let in."""
        self._phase = Phase.SERVING

    def note_stopping(self) -> None:
        """Clients are let go."""
        self._phase = Phase.STOPPING

    async def stop(self) -> None:
        """Close the port."""
        await self._http.stop()

    async def _answer(self, request: Request) -> Answer:
        if request.path == "/livez":
            return _text(HTTPStatus.OK, "alive")
        if request.path == "/readyz":
            fault = find_fault(self._phase, self._broker)
            if fault is None:
                return _text(HTTPStatus.OK, Phase.SERVING.value)
            return _text(HTTPStatus.SERVICE_UNAVAILABLE, fault)
        if request.path == "/metrics":
            if self._phase is Phase.LOADING:
                return _text(HTTPStatus.SERVICE_UNAVAILABLE, Phase.LOADING.value)
            await self._settle_meters()
            text = await render(FAMILIES, self._broker)
            return Answer(HTTPStatus.OK, text.encode(), CONTENT_TYPE)
        return _text(HTTPStatus.NOT_FOUND, "here are /metrics, /livez and /readyz")

    async def _settle_meters(self) -> None:
        for number, partition in enumerate(list(self._broker.partitions), start=1):
            partition.settle_meter()
            if number % PARTITIONS_PER_SLICE == 0:
                await asyncio.sleep(0)


def _text(status: HTTPStatus, sentence: str) -> Answer:
    return Answer(status, f"{sentence}\n".encode())
