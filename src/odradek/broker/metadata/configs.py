"""Decide on changing settings of topics and brokers.

Source: KIP-133 (AlterConfigs), KIP-226 (broker settings at run time), KIP-339
(IncrementalAlterConfigs). A change is refused whole when one of its parts is wrong.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum

import msgspec

from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.image import RESOURCE_BROKER, RESOURCE_TOPIC, MetadataImage
from odradek.broker.metadata.outcome import Outcome, refuse
from odradek.config.kafka import BROKER_SETTINGS, TOPIC_SETTINGS
from odradek.config.setting import InvalidSetting, Setting, SettingType, UpdateMode
from odradek.protocol.errors import ErrorCode
from odradek.protocol.stored_records.cluster_metadata import ConfigRecord


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
    names = [change.name for change in changes]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        return refuse(
            ErrorCode.INVALID_REQUEST, f"The setting {repeated[0]} is changed twice in one request."
        )
    records = []
    for change in changes:
        try:
            record = _decide_change(image, effective, resource, change)
        except InvalidSetting as error:
            return refuse(ErrorCode.INVALID_CONFIG, str(error))
        except RefusedChange as error:
            return refuse(error.error, str(error))
        if record is not None:
            records.append(record)
    return Outcome(records)


def decide_replace(
    image: MetadataImage,
    effective: EffectiveConfigs,
    resource: Resource,
    values: Mapping[str, str | None],
) -> Outcome:
    """Make exactly these the resource's settings; every other one goes back to its default."""
    changes = [
        Change(name, Operation.DELETE if value is None else Operation.SET, value)
        for name, value in values.items()
    ]
    changes += [
        Change(name, Operation.DELETE, None)
        for name in image.configs_of(resource.type, resource.name)
        if name not in values
    ]
    return decide_alter(image, effective, resource, changes)


def find_topic_configs_fault(configs: Iterable[tuple[str, str | None]]) -> Outcome | None:
    """Refuse settings that a new topic cannot have."""
    for name, value in configs:
        if value is None:
            return refuse(ErrorCode.INVALID_CONFIG, f"The setting {name} has no value.")
        try:
            _find_setting(RESOURCE_TOPIC, name).parse(value)
        except (InvalidSetting, RefusedChange) as error:
            return refuse(ErrorCode.INVALID_CONFIG, str(error))
    return None


def _decide_change(
    image: MetadataImage, effective: EffectiveConfigs, resource: Resource, change: Change
) -> ConfigRecord | None:
    if change.operation is Operation.DELETE and change.name not in _settings_of(resource.type):
        return None
    setting = _find_setting(resource.type, change.name)
    _check_updatable(setting, resource)
    if change.operation is Operation.DELETE:
        if change.name not in image.configs_of(resource.type, resource.name):
            return None
        return _record(resource, change.name, None)
    if change.value is None:
        raise RefusedChange(
            f"The setting {change.name} was given no value.", ErrorCode.INVALID_REQUEST
        )
    if change.operation is Operation.SET:
        value = change.value
    else:
        value = _edit_list(effective, resource, setting, change)
    setting.parse(value)
    return _record(resource, change.name, value)


def _record(resource: Resource, name: str, value: str | None) -> ConfigRecord:
    return ConfigRecord(
        resource_type=resource.type, resource_name=resource.name, name=name, value=value
    )


def _settings_of(resource_type: int) -> Mapping[str, Setting]:
    return TOPIC_SETTINGS if resource_type == RESOURCE_TOPIC else BROKER_SETTINGS


def _find_setting(resource_type: int, name: str) -> Setting:
    setting = _settings_of(resource_type).get(name)
    if setting is None:
        kind = "topic" if resource_type == RESOURCE_TOPIC else "broker"
        raise RefusedChange(f"Unknown {kind} config name: {name}")
    return setting


def _check_updatable(setting: Setting, resource: Resource) -> None:
    if resource.type != RESOURCE_BROKER:
        return
    if setting.update_mode is UpdateMode.READ_ONLY:
        raise RefusedChange(
            f"The setting {setting.name} can only be given when the broker starts.",
            ErrorCode.INVALID_REQUEST,
        )
    if setting.update_mode is UpdateMode.PER_BROKER and not resource.name:
        raise RefusedChange(
            f"The setting {setting.name} is one broker's own and has no default for all brokers."
        )


def _edit_list(
    effective: EffectiveConfigs, resource: Resource, setting: Setting, change: Change
) -> str:
    if setting.type is not SettingType.LIST:
        raise RefusedChange(
            f"APPEND and SUBTRACT are for lists, and {setting.name} is a {setting.type.name}."
        )
    if resource.type == RESOURCE_TOPIC:
        current = effective.topic_levels(resource.name, setting)[0].value
    else:
        current = effective.broker_levels(setting)[0].value
    items = [item for item in (current or "").split(",") if item]
    edited = [item.strip() for item in (change.value or "").split(",") if item.strip()]
    if change.operation is Operation.APPEND:
        items += [item for item in edited if item not in items]
    else:
        items = [item for item in items if item not in edited]
    return ",".join(items)
