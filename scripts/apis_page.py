"""The APIs of the broker as a page: what each does, from the first sentence of its module."""

import re
import sys
from collections.abc import Iterator

from odradek.broker.apis import SERVED, Api
from odradek.protocol.api_keys import ADVERTISED_BY_KAFKA

INTRODUCTION = """\
# APIs of the broker

Written from `broker/apis/` by `make docs`; the module of each API says what every version adds. The
versions are those that Apache Kafka 4.3 offers.

| Key | API | Versions | What it does |
|---|---|---|---|
"""
NOT_SERVED = "\nApache Kafka also offers these, which are not served: "
_SUMMARY = re.compile(r"(\w+) \(key (\d+)\): (.+)", re.DOTALL)


def render() -> str:
    missing = [key for key in ADVERTISED_BY_KAFKA if key not in SERVED]
    names = ", ".join(f"{_words(key.name)} ({key.value})" for key in sorted(missing))
    return INTRODUCTION + "\n".join(_rows()) + "\n" + NOT_SERVED + names + ".\n"


def summary_of(api: Api) -> tuple[str, int, str]:
    """Name, key and meaning of an API, as its module's docstring begins."""
    docstring = sys.modules[api.handle.__module__].__doc__ or ""
    first_sentence = " ".join(docstring.partition("\n\n")[0].split())
    found = _SUMMARY.fullmatch(first_sentence)
    if found is None:
        raise ValueError(f"{api.handle.__module__} begins {first_sentence!r}, not `Name (key n): `")
    return found[1], int(found[2]), found[3]


def _rows() -> Iterator[str]:
    for _, api in sorted(SERVED.items()):
        name, key, meaning = summary_of(api)
        lowest, highest = api.versions.lowest, api.versions.highest
        versions = str(lowest) if lowest == highest else f"{lowest} to {highest}"
        yield f"| {key} | {name} | {versions} | {meaning[:1].upper()}{meaning[1:]} |"


def _words(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))
