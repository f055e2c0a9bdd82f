"""In which order referenced schemas are read: what one of them refers to comes before it."""

from collections.abc import Sequence

from odradek.schemas.schema import InvalidSchema, ReferencedSchema

REFERENCES_MAX = 1000
"""Those of references included; a schema that needs so many is none that anybody understands."""


def in_reading_order(references: Sequence[ReferencedSchema]) -> list[ReferencedSchema]:
    """Each name once, however many schemas refer to it; as in registries the first one counts."""
    ordered: list[ReferencedSchema] = []
    entered: set[str] = set()
    waiting = [(each, False) for each in reversed(references)]
    while waiting:
        reference, is_entered = waiting.pop()
        if is_entered:
            ordered.append(reference)
        elif reference.name not in entered:
            entered.add(reference.name)
            waiting.append((reference, True))
            waiting.extend((each, False) for each in reversed(reference.references))
        if len(entered) > REFERENCES_MAX:
            raise InvalidSchema(
                f"the schema refers to more than {REFERENCES_MAX:,} others; merge some of them"
            )
    return ordered
