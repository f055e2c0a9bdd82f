"""Regular expressions of schemas, matched in bounded time.

Java, ECMAScript, Python and Rust disagree about the finer points of regular expressions, and a
schema may be meant for any of them. What one of the two engines at hand compiles is taken; names
are matched by Rust's, whose time is bounded.
"""

import re
from functools import lru_cache

import jsonschema_rs


def is_pattern(pattern: str) -> bool:
    """One of the engines at hand can compile it."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return _validator(pattern) is not None
    return True


def matches(pattern: str, name: str) -> bool:
    """The pattern is found in the name; never, if Rust's engine cannot compile it."""
    validator = _validator(pattern)
    return validator is not None and validator.is_valid(name)


@lru_cache(maxsize=1024)
def _validator(pattern: str) -> jsonschema_rs.Validator | None:
    try:
        return jsonschema_rs.Draft7Validator({"pattern": pattern}, offline=True)
    except ValueError:
        return None
