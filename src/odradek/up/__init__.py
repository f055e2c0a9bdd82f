"""The supervisor: every part of odradek a process of its own, started, watched and stopped as one.

    plan.py         which parts run, in which order, and the command line of each; pure
    backoff.py      how long to wait before a part is started again; pure
    process.py      one part's process: its ready line, its log, its end
    supervisor.py   starts in order, starts again what dies, stops in reverse

Invariants: a part is started only once those it needs serve; a part that dies comes back at the
address it had; nothing outlives the supervisor, however that ends.

What it does not do: know what a part is. To it a part is a command that says `ready:`.
"""

from odradek.up.plan import NAMES, PlanError, make_plan
from odradek.up.supervisor import Supervisor

__all__ = ["NAMES", "PlanError", "Supervisor", "make_plan"]
