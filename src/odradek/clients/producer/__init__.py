"""The producer: sends records to any Kafka and lets no outcome be lost.

producer.py         the face for threads: send, send_and_wait, send_and_forget
async_producer.py   the face for coroutines
assembly.py         from what a user says to a running core
core.py             one librdkafka client, back-pressure, healing, the ledger
poller.py           the thread that serves its events
receipt.py          what became of a record
record.py           a record's parts, and what is told of it
failure_policy.py   where failures go that nobody looked at
error_classes.py    what an error says of a record
topic_limits.py     checks before a record is queued
statistics.py       batches, retries, compression
process_events.py   SIGTERM, exit, fork
"""
