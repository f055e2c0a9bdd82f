"""DescribeConfigs (key 32): every setting of a topic or of this broker, and where its value is
from.

Versions 1 to 4. 1 adds sources and synonyms (KIP-226), 3 types and documentation (KIP-569), 4 is
flexible. Secrets are never shown: their value is null.
"""

from collections.abc import Callable, Iterable, Mapping

from odradek.broker.apis.api import Api
from odradek.broker.metadata.effective_configs import ConfigSource, ConfigValue
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC
from odradek.broker.metadata.topic_names import find_fault
from odradek.broker.metadata.topics import NewTopic
from odradek.broker.request import RequestContext
from odradek.broker.runtime import Broker
from odradek.config.kafka import BROKER_SETTINGS, RUN_TIME_SETTINGS, TOPIC_SETTINGS
from odradek.config.setting import Setting
from odradek.protocol.api_keys import ApiKey
from odradek.protocol.errors import ErrorCode
from odradek.protocol.messages.create_topics import CreatableTopicConfigs
from odradek.protocol.messages.describe_configs import (
    DescribeConfigsRequest,
    DescribeConfigsResource,
    DescribeConfigsResourceResult,
    DescribeConfigsResponse,
    DescribeConfigsResult,
    DescribeConfigsSynonym,
)

Levels = Callable[[Setting], list[ConfigValue]]
"""The levels at which a setting has a value, the strongest first."""


def handle(
    broker: Broker, request: DescribeConfigsRequest, context: RequestContext
) -> DescribeConfigsResponse:
    """Describe each resource for itself."""
    return DescribeConfigsResponse(
        results=[_describe(broker, request, resource) for resource in request.resources]
    )


def _describe(
    broker: Broker, request: DescribeConfigsRequest, resource: DescribeConfigsResource
) -> DescribeConfigsResult:
    name = resource.resource_name
    if resource.resource_type == RESOURCE_TOPIC:
        if find_fault(name) is not None:
            return _fail(resource, ErrorCode.INVALID_TOPIC_EXCEPTION, find_fault(name))
        if name not in broker.image.topics:
            return _fail(
                resource, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, f"Topic '{name}' does not exist."
            )
        return _succeed(
            request,
            resource,
            TOPIC_SETTINGS,
            lambda setting: broker.configs.topic_levels(name, setting),
            lambda setting: broker.configs.topic_synonyms(name, setting),
        )
    if resource.resource_type == RESOURCE_BROKER:
        return _describe_broker(broker, request, resource)
    return _fail(
        resource,
        ErrorCode.INVALID_REQUEST,
        f"Resources of type {resource.resource_type} have no settings here; "
        "topics (2) and brokers (4) have.",
    )


def _describe_broker(
    broker: Broker, request: DescribeConfigsRequest, resource: DescribeConfigsResource
) -> DescribeConfigsResult:
    name = resource.resource_name
    if not name:
        settings = _settings_given(broker, name)
        return _succeed(request, resource, settings, broker.configs.default_broker_levels)
    if name != str(broker.node_id):
        return _fail(
            resource,
            ErrorCode.INVALID_REQUEST,
            f"Broker '{name}' is not this one; ask for broker {broker.node_id}, "
            "or for the empty name to see what holds for all brokers.",
        )
    given = {**_settings_given(broker, ""), **_settings_given(broker, name)}
    settings = {**BROKER_SETTINGS, **given}
    return _succeed(request, resource, settings, broker.configs.broker_levels)


def _settings_given(broker: Broker, broker_name: str) -> dict[str, Setting]:
    """The settings that were set at run time for one broker, or with no name for all."""
    known = {**BROKER_SETTINGS, **RUN_TIME_SETTINGS}
    return {name: known[name] for name in broker.image.configs_of(RESOURCE_BROKER, broker_name)}


def _succeed(
    request: DescribeConfigsRequest,
    resource: DescribeConfigsResource,
    settings: Mapping[str, Setting],
    levels_of: Levels,
    synonyms_of: Levels | None = None,
) -> DescribeConfigsResult:
    is_for_all_brokers = resource.resource_type == RESOURCE_BROKER and not resource.resource_name
    configs = []
    for name in dict.fromkeys(resource.configuration_keys or settings):
        if name in settings:
            setting = settings[name]
            levels = levels_of(setting)
            value = levels[0].in_unit_of(setting)
            synonyms = levels if synonyms_of is None else synonyms_of(setting)
            if not is_for_all_brokers:
                value = _trimmed(value)
            configs.append(_describe_setting(request, setting, levels[0], value, synonyms))
    return DescribeConfigsResult(
        error_message="",
        resource_type=resource.resource_type,
        resource_name=resource.resource_name,
        configs=configs,
    )


def _describe_setting(
    request: DescribeConfigsRequest,
    setting: Setting,
    current: ConfigValue,
    value: str | None,
    synonyms: Iterable[ConfigValue],
) -> DescribeConfigsResourceResult:
    return DescribeConfigsResourceResult(
        name=setting.name,
        value=None if setting.is_sensitive else value,
        read_only=setting.is_read_only,
        config_source=current.source,
        is_sensitive=setting.is_sensitive,
        synonyms=_synonyms(setting, synonyms) if request.include_synonyms else [],
        config_type=setting.type,
        documentation=setting.documentation if request.include_documentation else None,
    )


def _trimmed(value: str | None) -> str | None:
    """A value is shown as it acts, without the spaces that were given around it.

    What was set for all brokers acts on none by itself and is shown as it was given, as with Kafka.
    """
    return None if value is None else value.strip()


def _as_given(level: ConfigValue) -> str | None:
    """A synonym's value: of brokers with the spaces around it, of topics without, as with Kafka."""
    is_topics = level.source is ConfigSource.DYNAMIC_TOPIC_CONFIG
    return _trimmed(level.value) if is_topics else level.value


def _synonyms(setting: Setting, levels: Iterable[ConfigValue]) -> list[DescribeConfigsSynonym]:
    return [
        DescribeConfigsSynonym(
            name=level.name,
            value=None if setting.is_sensitive else _as_given(level),
            source=level.source,
        )
        for level in levels
        if level.value is not None
    ]


def describe_new_topic(broker: Broker, topic: NewTopic) -> list[CreatableTopicConfigs]:
    """All settings a topic has, or would have, once created (CreateTopics v5+)."""
    described = []
    for setting in TOPIC_SETTINGS.values():
        current = broker.configs.topic_levels(topic.name, setting)[0]
        value, source = current.in_unit_of(setting), current.source
        if setting.name in topic.configs:
            value, source = topic.configs[setting.name], ConfigSource.DYNAMIC_TOPIC_CONFIG
        described.append(
            CreatableTopicConfigs(
                name=setting.name,
                value=value,
                read_only=setting.is_read_only,
                config_source=source,
                is_sensitive=setting.is_sensitive,
            )
        )
    return described


def _fail(
    resource: DescribeConfigsResource, error: ErrorCode, message: str | None
) -> DescribeConfigsResult:
    return DescribeConfigsResult(
        error_code=error,
        error_message=message,
        resource_type=resource.resource_type,
        resource_name=resource.resource_name,
    )


API = Api(ApiKey.DESCRIBE_CONFIGS, DescribeConfigsRequest, handle)
