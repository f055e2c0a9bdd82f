"""Ask a running registry what the scenarios ask, by hand.

    python -m tests.registry.parity list
    python -m tests.registry.parity record URL SCENARIO     # prints what is answered
    python -m tests.registry.parity compare URL SCENARIO    # tells what differs from Confluent
    python -m tests.registry.parity chance URL SEED OURS    # the first request of many that differs

Each scenario and each seed needs an empty registry, whose ids begin with 1: start the other
registry anew for each, with a topic of its own.
"""

import sys

from tests.registry.parity import chance
from tests.registry.parity.judging import differences, report
from tests.registry.parity.recording import file_of, read, written
from tests.registry.parity.talk import all_scenarios, run

CHANCE_REQUESTS = 100


def main(command: str, url: str = "", name: str = "", other: str = "") -> int:
    """Do what a command says; return the exit code."""
    scenarios = all_scenarios()
    if command == "list":
        sys.stdout.write("".join(f"{each}\n" for each in scenarios))
        return 0
    if command == "chance":
        return ask_both(url, int(name), other)
    transcript = run(scenarios[name], url)
    if command == "record":
        sys.stdout.write(written(step for _, step in transcript))
        return 0
    found = differences(read(file_of(name).read_text("utf-8")), transcript)
    sys.stdout.write(report(name, found.unexpected) + "\n")
    return 1 if found.unexpected else 0


def ask_both(url: str, seed: int, ours: str) -> int:
    """Ask two registries the same until they differ; return the exit code."""
    for number, asked in enumerate(chance.requests(seed, CHANCE_REQUESTS)):
        sys.stdout.write(f"{asked.method} {asked.target} {(asked.body or b'').decode()}\n")
        theirs, own = (run(chance.alone(asked), each) for each in (url, ours))
        found = differences([step for _, step in theirs], own)
        if found.unexpected:
            sys.stdout.write(report(f"seed {seed}, request {number}", found.unexpected) + "\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
