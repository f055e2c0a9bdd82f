"""Which records are read: options of every command that counts schemas in them."""

from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

RecordsMax = Annotated[
    int | None,
    Parameter(
        name="--records",
        help="Read only so many of the last records of each partition; else all of them.",
        validator=Number(gte=1),
    ),
]
MoreTopics = Annotated[
    tuple[str, ...],
    Parameter(
        name="--topic",
        help="Read this topic, too, keys and values, whatever its subjects are called; may be"
        " repeated.",
    ),
]
