"""The producer: sends records to any Kafka and lets no outcome be lost.

producer.py            the face for threads: send, send_and_wait, send_and_forget
async_producer.py      the face for coroutines
transaction.py         with producer.transaction(): everything in it, or nothing
async_transaction.py   async with producer.transaction(): the same for coroutines
assembly.py            from what a user says to a running core
core.py                one librdkafka client, back-pressure, healing
transactional_core.py  the same, with records inside of transactions only
poller.py              the thread that serves its events
serialization.py       keys and values become bytes
topic_limits.py        checks before a record is queued
habits.py              uses that work and cost dearly, told once
delivery/              what becomes of a record, and who is told
failure_policy.py      where failures go that nobody looked at
statistics.py          batches, retries, compression
process_events.py      SIGTERM, exit, fork
"""
