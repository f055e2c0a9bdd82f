"""A broker process that is watched over its own port, from its start to its end."""

import asyncio
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest

from odradek.broker.errors import StartupError
from odradek.broker.main import BrokerService, build
from odradek.broker.monitoring import MonitoringPort
from odradek.config import load
from odradek.protocol.messages.metadata import MetadataRequest, MetadataResponse
from tests.broker.harness import Harness
from tests.wire import KafkaSocket


def get(address: str | None, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def service(directory: Path, metrics: str) -> BrokerService:
    settings = {"log.dirs": directory, "listeners": "127.0.0.1:0", "metrics.address": metrics}
    return build(load(None, {}, [f"broker.{name}={value}" for name, value in settings.items()]))


def test_serving_broker_is_alive_and_ready_and_tells_its_numbers(tmp_path: Path) -> None:
    async def scenario() -> None:
        broker = service(tmp_path, "127.0.0.1:0")
        await broker.start()
        assert await asyncio.to_thread(get, broker.metrics_address, "/livez") == (200, "alive\n")
        assert await asyncio.to_thread(get, broker.metrics_address, "/readyz") == (200, "ready\n")
        await asyncio.to_thread(ask_for_metadata, broker.address)
        status, text = await asyncio.to_thread(get, broker.metrics_address, "/metrics")
        assert status == 200
        assert '\nkafka_network_requestmetrics_requests_total{request="Metadata",ver' in text
        assert "\nkafka_server_socket_server_metrics_connection_creation_total 1\n" in text
        assert (await asyncio.to_thread(get, broker.metrics_address, "/"))[0] == 404
        await broker.stop()

    asyncio.run(scenario())


def ask_for_metadata(address: str) -> None:
    with KafkaSocket(address) as client:
        client.ask(MetadataRequest(topics=None), MetadataResponse, 12)


def test_loading_and_stopping_broker_is_alive_but_not_ready(broker: Harness) -> None:
    async def scenario() -> None:
        monitoring = MonitoringPort(broker.broker)
        address = str(await monitoring.start(broker.broker.configuration.listen._replace(port=0)))
        unready = (503, "the broker is loading its logs\n")
        assert await asyncio.to_thread(get, address, "/readyz") == unready
        assert await asyncio.to_thread(get, address, "/metrics") == unready
        assert (await asyncio.to_thread(get, address, "/livez"))[0] == 200
        monitoring.note_serving()
        assert (await asyncio.to_thread(get, address, "/readyz"))[0] == 200
        monitoring.note_stopping()
        unready = (503, "the broker is stopping\n")
        assert await asyncio.to_thread(get, address, "/readyz") == unready
        assert (await asyncio.to_thread(get, address, "/metrics"))[0] == 200
        await monitoring.stop()

    broker.loop.run_until_complete(scenario())


def test_taken_port_is_told_in_one_sentence_and_nothing_stays_open(tmp_path: Path) -> None:
    async def scenario() -> None:
        first = service(tmp_path / "first", "127.0.0.1:0")
        await first.start()
        second = service(tmp_path / "second", first.metrics_address or "")
        with pytest.raises(StartupError, match="the port is taken; choose another"):
            await second.start()
        await second.stop()
        await first.stop()

    asyncio.run(scenario())
