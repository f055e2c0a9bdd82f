"""Does a field's default, a JSON value, fit the field's type?

As Avro's Java library sees it: the default of a union fits any branch, not only the first; that of
an enum is any text; that of a record needs no values for fields that have a default themselves.
"""

from odradek.schemas.avro.types import Array, AvroType, Json, Map, Record, Union

_RANGES = {"int": 2**31, "long": 2**63}


def fits(avro_type: AvroType, value: Json) -> bool:
    """Whether `value` is one of `avro_type`."""
    return _Question().fits(avro_type, value)


class _Question:
    """One question, whose parts are asked once each: branches that are alike would double them."""

    def __init__(self) -> None:
        self._known: dict[tuple[AvroType, int], bool] = {}

    def fits(self, avro_type: AvroType, value: Json) -> bool:
        if not isinstance(value, list | dict):
            return self._fits(avro_type, value)
        part = (avro_type, id(value))  # all values live as long as the question
        if part not in self._known:
            self._known[part] = self._fits(avro_type, value)
        return self._known[part]

    def _fits(self, avro_type: AvroType, value: Json) -> bool:
        match avro_type:
            case Union(branches=branches):
                return any(self.fits(branch, value) for branch in branches)
            case Array(items=items):
                return isinstance(value, list) and all(self.fits(items, each) for each in value)
            case Map(values=values):
                return isinstance(value, dict) and all(
                    self.fits(values, each) for each in value.values()
                )
            case Record():
                return isinstance(value, dict) and self._fits_record(avro_type, value)
        return _fits_plain(avro_type.kind, value)

    def _fits_record(self, record: Record, value: dict[str, Json]) -> bool:
        # A field's own default was looked at where it stands. No value fits a record that is still
        # being parsed.
        return record.is_complete and all(
            self.fits(field.type, value[field.name]) if field.name in value else field.has_default
            for field in record.fields
        )


def _fits_plain(kind: str, value: Json) -> bool:
    if kind == "null":
        return value is None
    if kind == "boolean":
        return isinstance(value, bool)
    if kind in _RANGES:
        limit = _RANGES[kind]
        return isinstance(value, int) and not isinstance(value, bool) and -limit <= value < limit
    if kind in ("float", "double"):
        return _is_number(value)
    return isinstance(value, str)


def _is_number(value: Json) -> bool:
    if isinstance(value, str):  # NaN and the infinities cannot be written otherwise
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, int | float) and not isinstance(value, bool)
