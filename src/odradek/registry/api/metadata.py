"""What the server is: `/`, `/v1/metadata`, its OpenAPI document, and what Karapace's clients
ask."""

from typing import Any

from msgspec import Struct

import odradek
from odradek.registry.core import Registry
from odradek.web.routes import Call, Route


class ServerVersion(Struct):
    """The server's version."""

    version: str
    commitId: str


class ClusterId(Struct):
    """The Kafka cluster, and which of its registries this is."""

    scope: dict[str, Any]


class WriterAvailable(Struct):
    """Whether somebody writes, in Karapace's words."""

    master_available: bool


class Health(Struct):
    """Whether the server serves, in Karapace's words."""

    healthy: bool
    status: dict[str, Any]


async def get_root(_: Registry, __: Call) -> dict[str, Any]:
    return {}


async def get_id(registry: Registry, _: Call) -> ClusterId:
    cluster_id = await registry.log.cluster_id()
    clusters = {"kafka-cluster": cluster_id, "schema-registry-cluster": "schema-registry"}
    return ClusterId({"path": [], "clusters": clusters})


async def get_version(_: Registry, __: Call) -> ServerVersion:
    return ServerVersion(odradek.__version__, "")


async def get_deployment(_: Registry, __: Call) -> dict[str, Any]:
    return {"attributes": []}


async def get_writer_available(registry: Registry, _: Call) -> WriterAvailable:
    return WriterAvailable(registry.is_ready)


async def get_health(registry: Registry, _: Call) -> Health:
    fault = registry.log.fault
    is_healthy = registry.is_ready and fault is None
    return Health(is_healthy, {"schema_registry_ready": registry.is_ready, "fault": fault})


ROUTES = (
    Route("GET", "/", get_root, "Nothing: clients look whether somebody answers.", is_open=True),
    Route("POST", "/", get_root, "Nothing, too.", is_open=True),
    Route("GET", "/v1/metadata/id", get_id, "Get the id of the Kafka cluster.", answer=ClusterId),
    Route("GET", "/v1/metadata/version", get_version, "Get the version.", answer=ServerVersion),
    Route("GET", "/v1/metadata/deployment", get_deployment, "Get the kind of deployment."),
    Route(
        "GET",
        "/master_available",
        get_writer_available,
        "Whether writes are taken, in Karapace's words.",
        answer=WriterAvailable,
        is_open=True,
    ),
    Route(
        "GET",
        "/_health",
        get_health,
        "Whether the server serves, in Karapace's words.",
        answer=Health,
        is_open=True,
    ),
)
