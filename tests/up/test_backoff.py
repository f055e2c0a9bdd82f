from odradek.up.backoff import FIRST_S, FORGIVEN_AFTER_S, LONGEST_S, Backoff


def test_each_wait_is_longer_up_to_the_longest() -> None:
    backoff = Backoff()
    waits = [backoff.wait_s(served_s=0.0) for _ in range(12)]
    assert waits[:3] == [FIRST_S, 2 * FIRST_S, 4 * FIRST_S]
    assert waits[-1] == LONGEST_S


def test_who_served_for_long_is_started_at_once() -> None:
    backoff = Backoff()
    for _ in range(12):
        backoff.wait_s(served_s=0.0)
    assert backoff.wait_s(served_s=FORGIVEN_AFTER_S) == FIRST_S
