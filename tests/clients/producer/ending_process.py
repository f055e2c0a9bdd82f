"""A process that has a producer and ends in a given way; run by `test_process_events`.

    python ending_process.py WAY BOOTSTRAP_SERVERS TOPIC

Says "queued" once its records are queued, all of them still lingering.
"""

import os
import signal
import sys

from odradek import Producer

RECORDS = 1000
LINGERING = {"linger.ms": 60_000, "delivery.timeout.ms": 120_000}


def main() -> None:
    way, servers, topic = sys.argv[1:]
    # Whoever is started in the background of a shell ignores Ctrl-C, and so do its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    producer = Producer(servers, settings=LINGERING)
    producer.send(topic, b"first")
    producer.flush()  # connected and with a producer id: only the end is judged
    for number in range(1, RECORDS):
        producer.send(topic, b"%d" % number)
    say("queued")
    if way == "exit":
        sys.exit(0)
    elif way == "fork":
        fork(producer, topic)
    elif way == "own handler":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
        say("ready")
    else:
        say("ready")
    signal.pause()


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def fork(producer: Producer, topic: str) -> None:
    """The child sends with the producer it inherited, and both end."""
    child = os.fork()
    if child == 0:
        assert producer.ledger == (0, 0, 0, 0, 0), producer.ledger
        producer.send(topic, b"child")
        say(producer.close().acknowledged)
        sys.exit(0)
    _, status = os.waitpid(child, 0)
    say(producer.close().acknowledged, os.waitstatus_to_exitcode(status))
    sys.exit(0)


if __name__ == "__main__":
    main()
