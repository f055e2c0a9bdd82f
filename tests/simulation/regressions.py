"""Numbers of schedules that failed once, and why: `make test` runs them for ever.

A number means the same schedule only while schedules and clients are made as they were; the cause
has a test of its own beside the broker's code besides.
"""

REGRESSIONS: dict[int, str] = {}
