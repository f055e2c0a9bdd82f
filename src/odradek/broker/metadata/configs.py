"""Decide on changing settings of topics and brokers.

Source: KIP-133 (AlterConfigs), KIP-226 (broker settings at run time), KIP-339
(IncrementalAlterConfigs). A change is refused whole when one of its parts is wrong.

Differs from Kafka: a broker's setting that nobody knows is refused. Kafka stores it for its
plug-ins; here are none, so it is a misspelling.

Differs from Kafka: a setting that does not act here is checked for its type and limits alone; Kafka
knows of some how large a step they may change by, or to which others they must fit.

Differs from Kafka: `listeners` can only be given when the broker starts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

import msgspec

from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC, MetadataImage
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.config.kafka import BROKER_SETTINGS, RUN_TIME_SETTINGS, TOPIC_SETTINGS
from odradek.config.setting import InvalidSetting, Setting, SettingType, UpdateMode
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.cluster_metadata import ConfigRecord

_DYNAMIC_SETTINGS = {**BROKER_SETTINGS, **RUN_TIME_SETTINGS}
_AT_START_ONLY = frozenset({"listeners"})
_MIN_INSYNC_REPLICAS = "min.insync.replicas"
_NEVER_ZERO = frozenset({"max.connection.creation.rate"})
_KEY_STORES = re.compile(r"ssl\.(keystore\.|truststore\.|key\.password$)")


class RefusedChange(Exception):
    """A setting that cannot be changed like this; the message says why."""

    def __init__(self, message: str, error: ErrorCode = ErrorCode.INVALID_CONFIG) -> None:
        super().__init__(message)
        self.error = error


class Operation(IntEnum):
    """What IncrementalAlterConfigs does with one value."""

    SET = 0
    DELETE = 1
    APPEND = 2
    SUBTRACT = 3


class Change(msgspec.Struct, frozen=True):
    """One setting's change; `value` is None only where the operation needs none."""

    name: str
    operation: Operation
    value: str | None


class Resource(msgspec.Struct, frozen=True):
    """What a change is for: a topic by name, a broker by id, or all brokers by the empty name."""

    type: int
    name: str


def decide_alter(
    image: MetadataImage,
    effective: EffectiveConfigs,
    resource: Resource,
    changes: Sequence[Change],
) -> Outcome:
    """Change some settings of a resource and leave the others alone."""
    fault = _find_form_fault(changes) or _find_update_mode_fault(resource, changes)
    if fault is not None:
        return fault
    records = []
    for change in changes:
        try:
            record = _decide_change(image, effective, resource, change)
        except InvalidSetting as error:
            return refuse(_invalid(resource.type), str(error))
        except RefusedChange as error:
            return refuse(error.error, str(error))
        if record is not None:
            records.append(record)
    return Outcome(records)


def decide_replace(
    image: MetadataImage,
    effective: EffectiveConfigs,
    resource: Resource,
    values: Sequence[tuple[str, str | None]],
) -> Outcome:
    """Make exactly these the resource's settings; every other one goes back to its default."""
    kept = {name for name, _ in values}
    changes = [Change(name, Operation.SET, value) for name, value in values]
    changes += [
        Change(name, Operation.DELETE, None)
        for name in image.configs_of(resource.type, resource.name)
        if name not in kept
    ]
    return decide_alter(image, effective, resource, changes)


def decide_cluster_defaults(
    image: MetadataImage, effective: EffectiveConfigs
) -> list[ConfigRecord]:
    """What Kafka's controller sets for all brokers when a cluster first starts.

    One value of min.insync.replicas holds for the cluster, so that replicas that may lead mean
    the same on every broker (KIP-966): from here on it is changed for all brokers or for a topic.
    """
    everybody = Resource(RESOURCE_BROKER, "")
    if _MIN_INSYNC_REPLICAS in image.configs_of(everybody.type, everybody.name):
        return []
    given = effective.broker_levels(BROKER_SETTINGS[_MIN_INSYNC_REPLICAS])[0].value
    return [_record(everybody, _MIN_INSYNC_REPLICAS, given)]


def find_topic_configs_fault(configs: Iterable[tuple[str, str | None]]) -> Outcome | None:
    """Refuse settings that a new topic cannot have."""
    for name, value in configs:
        if value is None:
            return refuse(ErrorCode.INVALID_CONFIG, f"The setting {name} has no value.")
        try:
            _check_value(_find_setting(RESOURCE_TOPIC, name), value)
        except (InvalidSetting, RefusedChange) as error:
            return refuse(ErrorCode.INVALID_CONFIG, str(error))
    return None


def _decide_change(
    image: MetadataImage, effective: EffectiveConfigs, resource: Resource, change: Change
) -> ConfigRecord | None:
    if change.operation is Operation.DELETE and change.name not in _settings_of(resource.type):
        return None
    setting = _find_setting(resource.type, change.name)
    if change.operation is Operation.DELETE:
        _refuse_at_another_level(resource, change)
        if change.name not in image.configs_of(resource.type, resource.name):
            return None
        return _record(resource, change.name, None)
    if change.operation is Operation.SET:
        value = change.value or ""
    else:
        value = _edit_list(effective, resource, setting, change)
    _check_value(setting, value)
    _refuse_at_another_level(resource, change)
    return _record(resource, change.name, value)


def _refuse_at_another_level(resource: Resource, change: Change) -> None:
    """Keep the one value that all brokers share, see `decide_cluster_defaults`."""
    if resource.type != RESOURCE_BROKER or change.name != _MIN_INSYNC_REPLICAS:
        return
    if resource.name:
        raise RefusedChange(
            f"{_MIN_INSYNC_REPLICAS} is the same on every broker: alter it for all brokers, "
            "which is the empty name, or for a topic."
        )
    if change.operation is Operation.DELETE:
        raise RefusedChange(f"{_MIN_INSYNC_REPLICAS} of all brokers cannot be removed, only set.")


def _check_value(setting: Setting, value: str) -> None:
    parsed = setting.parse(value)
    if setting.name == "remote.storage.enable" and parsed is True:
        raise RefusedChange("Tiered storage is not available: remote.storage.enable must be false")
    if parsed == 0 and setting.name in _NEVER_ZERO:
        raise RefusedChange(
            f"With {setting.name} 0 nobody could connect any more to change it back.",
            ErrorCode.INVALID_REQUEST,
        )


def _record(resource: Resource, name: str, value: str | None) -> ConfigRecord:
    return ConfigRecord(
        resource_type=resource.type, resource_name=resource.name, name=name, value=value
    )


def _settings_of(resource_type: int) -> Mapping[str, Setting]:
    return TOPIC_SETTINGS if resource_type == RESOURCE_TOPIC else _DYNAMIC_SETTINGS


def _invalid(resource_type: int) -> ErrorCode:
    """Kafka's code for a wrong name or value: brokers judge theirs elsewhere than topics'."""
    is_topic = resource_type == RESOURCE_TOPIC
    return ErrorCode.INVALID_CONFIG if is_topic else ErrorCode.INVALID_REQUEST


def _find_setting(resource_type: int, name: str) -> Setting:
    setting = _settings_of(resource_type).get(name)
    if setting is None:
        kind = "topic" if resource_type == RESOURCE_TOPIC else "broker"
        raise RefusedChange(f"Unknown {kind} config name: {name}", _invalid(resource_type))
    return setting


def _find_form_fault(changes: Sequence[Change]) -> Outcome | None:
    """Refuse a change that says a thing twice, or leaves out the value."""
    names = [change.name for change in changes]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        return refuse(
            ErrorCode.INVALID_REQUEST, f"The setting {repeated[0]} is changed twice in one request."
        )
    for change in changes:
        if change.value is None and change.operation is not Operation.DELETE:
            return refuse(ErrorCode.INVALID_REQUEST, f"Null value not supported for: {change.name}")
    return None


def _find_update_mode_fault(resource: Resource, changes: Sequence[Change]) -> Outcome | None:
    """Refuse what a running broker cannot change, or not at this level."""
    if resource.type != RESOURCE_BROKER:
        return None
    given = [
        _DYNAMIC_SETTINGS[change.name]
        for change in changes
        if change.operation is not Operation.DELETE and change.name in _DYNAMIC_SETTINGS
    ]
    faults = {
        "Cannot update these configs dynamically": [
            s for s in given if s.is_read_only or s.name in _AT_START_ONLY
        ],
        "These configs belong to a listener, and listeners have none of their own here": [
            s for s in given if _KEY_STORES.match(s.name)
        ],
        "Cannot update these configs for all brokers at once, name one by its id": [
            s for s in given if s.update_mode is UpdateMode.PER_BROKER and not resource.name
        ],
    }
    for complaint, settings in faults.items():
        if settings:
            names = ", ".join(setting.name for setting in settings)
            return refuse(ErrorCode.INVALID_REQUEST, f"{complaint}: [{names}]")
    return None


def _edit_list(
    effective: EffectiveConfigs, resource: Resource, setting: Setting, change: Change
) -> str:
    if setting.type is not SettingType.LIST:
        raise RefusedChange(
            f"APPEND and SUBTRACT are for lists, and {setting.name} is a {setting.type.name}."
        )
    if resource.type == RESOURCE_TOPIC:
        levels = effective.topic_levels(resource.name, setting)
    elif resource.name:
        levels = effective.broker_levels(setting)
    else:
        levels = effective.default_broker_levels(setting) or effective.static_levels(setting)
    current = levels[0].value
    items = [item for item in (current or "").split(",") if item]
    edited = [item.strip() for item in (change.value or "").split(",") if item.strip()]
    if change.operation is Operation.APPEND:
        items += [item for item in edited if item not in items]
    else:
        items = [item for item in items if item not in edited]
    return ",".join(items)
