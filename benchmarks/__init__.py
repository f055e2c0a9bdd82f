"""Measures odradek's broker beside Apache Kafka, in one run on one machine (`make bench`).

Reading order: `rows` (what is measured and what must be reached), `runner` (how), `report` (what is
written). `loader/` is the C program that loads the brokers, `processes` starts and measures them.
Results go to `docs/benchmarks/`. This package is not part of the distribution.
"""
