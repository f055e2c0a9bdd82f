"""Files as subjects: the name without its ending is the subject, the ending says the format.

In which folder a file lies means nothing for its subject, so that a repository can order its
schemas as it likes; Protobuf's imports are paths from the folder that is checked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from odradek.schemas.schema import InvalidSchema, SchemaType

ENDINGS = {".avsc": SchemaType.AVRO, ".json": SchemaType.JSON, ".proto": SchemaType.PROTOBUF}


@dataclass(frozen=True, slots=True)
class Source:
    """A schema file; its path is relative to the folder, with slashes."""

    path: str
    subject: str
    schema_type: SchemaType
    text: str

    @property
    def folder(self) -> str:
        """Empty at the top."""
        return self.path.rpartition("/")[0]


def is_source(path: str) -> bool:
    """Whether the file's ending is that of a schema."""
    return any(path.endswith(each) for each in ENDINGS)


def sources_of(files: Iterable[tuple[str, str]]) -> list[Source]:
    """Paths and texts as sources, in the order of their subjects; raises InvalidSchema."""
    sources = sorted((_source(path, text) for path, text in files), key=lambda each: each.subject)
    _refuse_twins(sources)
    return sources


def _source(path: str, text: str) -> Source:
    ending = next(each for each in ENDINGS if path.endswith(each))
    subject = path.rpartition("/")[2].removesuffix(ending)
    return Source(path, subject, ENDINGS[ending], text)


def _refuse_twins(sources: Sequence[Source]) -> None:
    for one, other in pairwise(sources):
        if one.subject == other.subject:
            raise InvalidSchema(
                f"{one.path} and {other.path} are both the subject {one.subject}; rename one of"
                " them"
            )
