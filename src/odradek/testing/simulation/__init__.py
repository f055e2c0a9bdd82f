"""Deterministic simulation: the broker's own code against everything that can happen to it.

    result = simulate(Schedule.from_seed(17))
    assert not result.anomalies, result

A run is one broker with its disk, its network and a dozen clients, in one thread and in virtual
time. What happens depends on the schedule alone, so a seed that fails fails again, and `shrink`
finds out what it fails of. Reading order:

    schedule.py        what goes wrong, when, and who is there: made from a seed
    run.py             how a schedule is played
    virtual_clock.py   time and the event loop
    disk.py            files, faults, power losses
    network.py         connections that delay, duplicate and lose
    broker_life.py     a process that dies and comes back
    cleaning.py        its cleaner
    disturber.py       what goes wrong goes wrong here
    topics.py          what is written to
    texts.py           what is written
    clients/           what clients do: produce, read, commit, copy in transactions
    history.py         what they were told
    checks/            what must hold of that
    planted_faults.py  how we know that the checks can fail
    shrink.py          a smaller schedule that fails as well
"""

from odradek.testing.simulation.checks import Anomaly
from odradek.testing.simulation.planted_faults import PlantedFault, planted
from odradek.testing.simulation.run import Result, simulate
from odradek.testing.simulation.schedule import Disturbance, Kind, Role, Schedule
from odradek.testing.simulation.shrink import shrink

__all__ = [
    "Anomaly",
    "Disturbance",
    "Kind",
    "PlantedFault",
    "Result",
    "Role",
    "Schedule",
    "planted",
    "shrink",
    "simulate",
]
