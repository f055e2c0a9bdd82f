"""The seven compatibility levels, and the two policies for JSON Schema.

A level says who must be able to read whose records: BACKWARD, that the new schema reads what
earlier ones wrote; FORWARD, that earlier ones read what the new one writes; FULL, both. The
transitive levels ask it of all earlier versions, the others of the latest alone.
"""

from enum import StrEnum


class CompatibilityLevel(StrEnum):
    """What must hold between a new schema and earlier versions of its subject."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"

    @property
    def is_transitive(self) -> bool:
        """All earlier versions are asked, not the latest alone."""
        return self.endswith("_TRANSITIVE")

    @property
    def new_reads_old(self) -> bool:
        """Consumers with the new schema must read records of earlier ones."""
        return self.startswith(("BACKWARD", "FULL"))

    @property
    def old_reads_new(self) -> bool:
        """Consumers with earlier schemas must read records of the new one."""
        return self.startswith(("FORWARD", "FULL"))


class Policy(StrEnum):
    """How strictly properties of JSON Schema objects are compared; other formats have one rule."""

    STRICT = "STRICT"
    LENIENT = "LENIENT"
