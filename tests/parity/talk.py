"""A scenario's side of the talk with one broker, and the transcript of what was answered.

Every step has a name, so that a difference can say where it arose. After a step that changes
metadata the talk waits until the change is in effect everywhere: Apache's broker learns of it from
its controller, some milliseconds after the answer.
"""

from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from odradek.broker.apis import SERVED
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.declaration import Request, Response
from tests.parity.fence import wait_for_metadata
from tests.parity.masks import Masks
from tests.wire import KafkaSocket

CLOSED = "(connection closed)"
CHANGE_METADATA = {
    ApiKey.CREATE_TOPICS,
    ApiKey.DELETE_TOPICS,
    ApiKey.CREATE_PARTITIONS,
    ApiKey.ALTER_CONFIGS,
    ApiKey.INCREMENTAL_ALTER_CONFIGS,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step's name and its answer, masked and plain."""

    name: str
    answer: Any


@dataclass(frozen=True, slots=True)
class Awaited:
    """A request on a connection of its own; `answer` waits for its reply and notes it."""

    talk: "Talk"
    step: str
    connection: KafkaSocket
    request: Request
    version: int

    def answer(self) -> Any:
        return self.talk.note_answer(self.step, self.connection, self.request, self.version)


class Talk:
    """One run of a scenario at one version of its API, with one broker; a context manager.

    `label` begins the name of everything that the scenario creates. It is the same for both
    brokers, and another one for each scenario and version.
    """

    def __init__(self, bootstrap_servers: str, label: str, api: ApiKey, version: int) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.label = label
        self.api = api
        self.version = version
        self.transcript: list[Step] = []
        self._masks = Masks(bootstrap_servers, label)
        self._connections: list[KafkaSocket] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    def name(self, own: str) -> str:
        """A name of this run's own for a topic or group."""
        return f"{self.label}.{own}"

    def ask(self, step: str, request: Request, *, version: int | None = None) -> Any:
        """Send a request, note and return its answer; None when the connection was closed.

        Without `version` the API that the scenario is about is asked in the version of this run,
        every other one in its highest.
        """
        version = self._version_of(request) if version is None else version
        connection = self._connection()
        connection.say(request, version)
        answer = self.note_answer(step, connection, request, version)
        if request.api_key in CHANGE_METADATA and not getattr(request, "validate_only", False):
            self.settle()
        return answer

    def look_up(self, request: Request) -> Any:
        """Return an answer without noting it: it also has what is not this scenario's."""
        version, connection = self._version_of(request), self._connection()
        connection.say(request, version)
        return connection.hear(request, response_type(request), version)

    def settle(self) -> None:
        """Wait until everything asked so far is in effect."""
        wait_for_metadata(self._connection())

    def begin(self, step: str, request: Request) -> Awaited:
        """Send a request that is answered only after later ones, on a connection of its own."""
        connection, version = self._connect(), self._version_of(request)
        connection.say(request, version)
        return Awaited(self, step, connection, request, version)

    def send(self, frame: bytes) -> bytes | str:
        """Send bytes on a connection of their own; return the bytes that come back."""
        with KafkaSocket(self.bootstrap_servers) as connection:
            connection.send(frame)
            reply = connection.receive_frame()
        return CLOSED if reply is None else self._masks.mask_bytes(reply)

    def note(self, step: str, answer: Any) -> None:
        """Note something found out in another way."""
        self.transcript.append(Step(step, answer))

    def hang_up(self) -> None:
        """Close every connection; the next request makes a new one."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def note_answer(
        self, step: str, connection: KafkaSocket, request: Request, version: int
    ) -> Any:
        answer = connection.hear(request, response_type(request), version)
        if answer is None:
            self.hang_up()
        self.note(step, CLOSED if answer is None else self._masks.mask(answer))
        return answer

    def _version_of(self, request: Request) -> int:
        return self.version if request.api_key == self.api else highest_version(request)

    def _connection(self) -> KafkaSocket:
        return self._connections[0] if self._connections else self._connect()

    def _connect(self) -> KafkaSocket:
        self._connections.append(KafkaSocket(self.bootstrap_servers))
        return self._connections[-1]


def highest_version(request: Request) -> int:
    """The highest version that our broker serves of a request's API."""
    return SERVED[request.api_key].versions.highest


def response_type(request: Request) -> type[Response]:
    """The declared response that belongs to a request."""
    return next(each for each in Response.__subclasses__() if each.api_key == request.api_key)
