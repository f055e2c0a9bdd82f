"""The options that say what is measured, for how long and how often."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.ops.benchmark.matrix import QUICK, Acks, Compression, Matrix
from odradek.ops.benchmark.run import Plan

POSITIVE = Number(gt=0)
Seconds = Annotated[float | None, Parameter(validator=POSITIVE)]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Selection:
    """A part of the matrix, and the patience to measure it with."""

    quick: Annotated[
        bool,
        Parameter(help="Two sizes, one linger, no compression, once: three minutes at most."),
    ] = False
    acks: Annotated[tuple[Acks, ...] | None, Parameter(help="Only these; may be repeated.")] = None
    idempotence: Annotated[
        tuple[Literal["on", "off"], ...] | None,
        Parameter(help="Only on or only off; on goes with acks=all alone."),
    ] = None
    compression: Annotated[
        tuple[Compression, ...] | None, Parameter(help="Only these; may be repeated.")
    ] = None
    linger_ms: Annotated[tuple[int, ...] | None, Parameter(help="Only these; may be repeated.")] = (
        None
    )
    size_bytes: Annotated[
        tuple[int, ...] | None, Parameter(help="Only these sizes of a record; may be repeated.")
    ] = None
    duration_s: Annotated[
        Seconds, Parameter(help="Seconds at full speed, and again at half; 5, quick 1.5.")
    ] = None
    warm_up_s: Annotated[
        Seconds, Parameter(help="Seconds of sending before anything counts; 15, quick 3.")
    ] = None
    repeats: Annotated[
        int | None, Parameter(help="How often each is measured; 3, quick 1.", validator=POSITIVE)
    ] = None
    kills: Annotated[
        int | None,
        Parameter(
            help="Leaders to kill under producers of every kind, in a cluster of --data-dir; 3,"
            " quick 1.",
            validator=Number(gte=0),
        ),
    ] = None
    partitions: Annotated[
        int, Parameter(help="Partitions of the topics written to.", validator=POSITIVE)
    ] = 3
    seed: Annotated[int, Parameter(help="Decides the order and the records.")] = 1

    def matrix(self) -> Matrix:
        """The part of the matrix that is left."""
        base = QUICK if self.quick else Matrix()
        return Matrix(
            acks=self.acks or base.acks,
            idempotence=tuple(each == "on" for each in self.idempotence or ()) or base.idempotence,
            compression=self.compression or base.compression,
            linger_ms=self.linger_ms or base.linger_ms,
            size_bytes=self.size_bytes or base.size_bytes,
        )

    def plan(self) -> Plan:
        """What was not said as `--quick` has it, or as a whole run has it."""
        quick = self.quick
        return Plan(
            matrix=self.matrix(),
            duration_s=self.duration_s or (1.5 if quick else 5.0),
            repeats=self.repeats or (1 if quick else 3),
            warm_up_s=self.warm_up_s or (3.0 if quick else 15.0),
            kills=(1 if quick else 3) if self.kills is None else self.kills,
            around_kill_s=1.5 if quick else 5.0,
            partitions=self.partitions,
            seed=self.seed,
        )


DEFAULT_SELECTION = Selection()
