"""Reading `/proc`: what a process cost so far."""

import os

from benchmarks.processes import cpu_seconds, parse_cpu_seconds, parse_rss_mb, rss_mb

STAT = "42 (a) name (x)) S 1 42 42 0 -1 4194304 100 0 0 0 150 50 7 9 20 0 3 0 12345 16961536 3374"


def test_cpu_time_is_user_plus_system_children_included() -> None:
    assert parse_cpu_seconds(STAT, clock_ticks_per_s=100) == 2.16


def test_resident_memory_is_given_in_millions_of_bytes() -> None:
    status = "Name:\tjava\nVmHWM:\t 2000000 kB\nVmRSS:\t 1000000 kB\nThreads:\t70\n"
    assert parse_rss_mb(status) == 1024.0


def test_this_process_has_used_cpu_time_and_memory() -> None:
    assert cpu_seconds(os.getpid()) > 0
    assert rss_mb(os.getpid()) > 1
