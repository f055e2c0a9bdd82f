"""google/type: Google's common types, which clients take for as well known as Protobuf's own.

The sixteen that Confluent's registry knows. What they say is Google's; comments and options, which
no comparison looks at, are left out.
"""

_INSTANT = "google/protobuf/timestamp.proto"
_SPAN = "google/protobuf/duration.proto"
_WRAPPERS = "google/protobuf/wrappers.proto"


def _numbered(numbered_as: int, kind: str, names: str) -> str:
    """Fields of one type or, of none, values of an enum, numbered as they come."""
    return " ".join(
        f"{kind} {name} = {number};" for number, name in enumerate(names.split(), numbered_as)
    )


def _file(body: str, *imports: str) -> str:
    imported = " ".join(f'import "{each}";' for each in imports)
    return f'syntax = "proto3"; package google.type; {imported} {body}'


def _message(name: str, *fields: str) -> str:
    return f"message {name} {{ {' '.join(fields)} }}"


def _enum(name: str, values: str) -> str:
    return f"enum {name} {{ {_numbered(0, '', values)} }}"


_YEAR_TO_DAY = _numbered(1, "int32", "year month day")
_DATETIME = _message(
    "DateTime",
    _YEAR_TO_DAY,
    _numbered(4, "int32", "hours minutes seconds nanos"),
    "oneof time_offset { google.protobuf.Duration utc_offset = 8; TimeZone time_zone = 9; }",
)
_PHONE_NUMBER = _message(
    "PhoneNumber",
    _message("ShortCode", _numbered(1, "string", "region_code number")),
    "oneof kind { string e164_number = 1; ShortCode short_code = 2; }",
    "string extension = 3;",
)
_POSTAL_ADDRESS = _message(
    "PostalAddress",
    "int32 revision = 1;",
    _numbered(
        2,
        "string",
        "region_code language_code postal_code sorting_code administrative_area locality"
        " sublocality",
    ),
    _numbered(9, "repeated string", "address_lines recipients"),
    "string organization = 11;",
)

GOOGLE_TYPES = {
    f"google/type/{name}.proto": text
    for name, text in {
        "calendar_period": _file(
            _enum(
                "CalendarPeriod",
                "CALENDAR_PERIOD_UNSPECIFIED DAY WEEK FORTNIGHT MONTH QUARTER HALF YEAR",
            )
        ),
        "color": _file(
            _message(
                "Color",
                _numbered(1, "float", "red green blue"),
                "google.protobuf.FloatValue alpha = 4;",
            ),
            _WRAPPERS,
        ),
        "date": _file(_message("Date", _YEAR_TO_DAY)),
        "datetime": _file(
            _DATETIME + _message("TimeZone", _numbered(1, "string", "id version")), _SPAN
        ),
        "dayofweek": _file(
            _enum(
                "DayOfWeek",
                "DAY_OF_WEEK_UNSPECIFIED MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY",
            )
        ),
        "decimal": _file(_message("Decimal", "string value = 1;")),
        "expr": _file(
            _message("Expr", _numbered(1, "string", "expression title description location"))
        ),
        "fraction": _file(_message("Fraction", _numbered(1, "int64", "numerator denominator"))),
        "interval": _file(
            _message("Interval", _numbered(1, "google.protobuf.Timestamp", "start_time end_time")),
            _INSTANT,
        ),
        "latlng": _file(_message("LatLng", _numbered(1, "double", "latitude longitude"))),
        "money": _file(
            _message("Money", "string currency_code = 1; int64 units = 2; int32 nanos = 3;")
        ),
        "month": _file(
            _enum(
                "Month",
                "MONTH_UNSPECIFIED JANUARY FEBRUARY MARCH APRIL MAY JUNE JULY AUGUST SEPTEMBER"
                " OCTOBER NOVEMBER DECEMBER",
            )
        ),
        "phone_number": _file(_PHONE_NUMBER),
        "postal_address": _file(_POSTAL_ADDRESS),
        "quaternion": _file(_message("Quaternion", _numbered(1, "double", "x y z w"))),
        "timeofday": _file(
            _message("TimeOfDay", _numbered(1, "int32", "hours minutes seconds nanos"))
        ),
    }.items()
}
