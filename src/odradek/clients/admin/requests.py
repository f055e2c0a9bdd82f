"""One librdkafka admin client, awaited.

Invariants: nothing blocks the event loop; an error is one sentence that says what was being done;
the time that a cluster has to answer is bounded.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata

from odradek.clients.certificates import certificate_problem
from odradek.clients.errors import AdminFailed, ClusterUnreachable, InvalidSetting
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.librdkafka_log import librdkafka_logger

REQUEST_TIMEOUT_S = 15.0

UNREACHABLE = {
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._RESOLVE,
    KafkaError._TIMED_OUT,
    KafkaError._TRANSPORT,
}

COORDINATOR_TIMEOUT_S = 30.0
COORDINATOR_REQUEST_TIMEOUT_S = 5.0
RETRY_INTERVAL_S = 0.1
NOT_READY = {
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError._TIMED_OUT,
}


class Requests:
    """The client of one Admin."""

    def __init__(self, kafka: KafkaConfig | str) -> None:
        self.config = KafkaConfig(bootstrap_servers=kafka) if isinstance(kafka, str) else kafka
        properties: dict[str, Any] = {**self.config.librdkafka(), "logger": librdkafka_logger}
        try:
            self.client = AdminClient(properties)
        except KafkaException as error:
            raise InvalidSetting(f"the admin cannot be made: {error.args[0].str()}") from error

    async def metadata(self) -> ClusterMetadata:
        """Every broker and topic of the cluster."""
        try:
            return await asyncio.to_thread(self.client.list_topics, timeout=REQUEST_TIMEOUT_S)
        except KafkaException as error:
            raise await self._failed("asking for metadata", error.args[0]) from error

    async def one(self, doing: str, futures: "Mapping[Any, Future[Any]]") -> Any:
        """The answer to a request about one thing; raises AdminFailed, ClusterUnreachable."""
        [future] = futures.values()
        return await self.answer(doing, future)

    async def of_coordinator(
        self, doing: str, ask: "Callable[[float], Mapping[Any, Future[Any]]]"
    ) -> Any:
        """The answer of a group's coordinator, which is asked again while it is not ready.

        The first group of a cluster finds the coordinator's own topic still being made, and
        librdkafka passes that on, or waits in vain. `ask` is given the timeout of its request.
        """
        loop = asyncio.get_running_loop()
        deadline_s = loop.time() + COORDINATOR_TIMEOUT_S
        while True:
            [future] = ask(COORDINATOR_REQUEST_TIMEOUT_S).values()
            try:
                answer = await asyncio.wrap_future(future)
                error = _first_error(answer)
            except KafkaException as exception:
                error = exception.args[0]
            if error is None:
                return answer
            if error.code() not in NOT_READY or loop.time() > deadline_s:
                raise await self._failed(doing, error)
            await asyncio.sleep(RETRY_INTERVAL_S)

    async def answer(self, doing: str, future: "Future[Any]") -> Any:
        """What the future gives."""
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), 2 * REQUEST_TIMEOUT_S)
        except KafkaException as error:
            raise await self._failed(doing, error.args[0]) from error
        except TimeoutError as error:
            raise ClusterUnreachable(
                f"{doing} failed: no answer from {self.config.bootstrap_servers} within"
                f" {2 * REQUEST_TIMEOUT_S:g} s"
            ) from error

    async def _failed(self, doing: str, error: KafkaError) -> AdminFailed | ClusterUnreachable:
        if error.code() not in UNREACHABLE:
            return AdminFailed(f"{doing} failed: {error.str()} ({error.name()})", error.name())
        problem = await asyncio.to_thread(certificate_problem, self.config)
        return ClusterUnreachable(f"{doing} failed: {problem or error.str()} ({error.name()})")


def _first_error(answer: Any) -> KafkaError | None:
    """The error of a partition, where an answer has partitions."""
    places = getattr(answer, "topic_partitions", None) or ()
    return next((place.error for place in places if place.error is not None), None)
