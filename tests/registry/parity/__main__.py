"""Ask a running registry what the scenarios ask, by hand.

    python -m tests.registry.parity list
    python -m tests.registry.parity record URL SCENARIO     # prints what is answered
    python -m tests.registry.parity compare URL SCENARIO    # tells what differs from Confluent

Each scenario needs an empty registry, whose ids begin with 1: start the other registry anew for
each, with a topic of its own.
"""

import sys

from tests.registry.parity.judging import differences, report
from tests.registry.parity.recording import file_of, read, written
from tests.registry.parity.talk import all_scenarios, run


def main(command: str, url: str = "", name: str = "") -> int:
    """Do what a command says; return the exit code."""
    scenarios = all_scenarios()
    if command == "list":
        sys.stdout.write("".join(f"{each}\n" for each in scenarios))
        return 0
    transcript = run(scenarios[name], url)
    if command == "record":
        sys.stdout.write(written(step for _, step in transcript))
        return 0
    found = differences(read(file_of(name).read_text("utf-8")), transcript)
    sys.stdout.write(report(name, found.unexpected) + "\n")
    return 1 if found.unexpected else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
