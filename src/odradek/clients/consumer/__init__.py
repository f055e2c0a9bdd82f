"""Reads records of any Kafka, in a group or by itself.

record.py            a record that was read; its key and value are decoded when asked for
commit_policy.py     when offsets are committed, and what that promises
commits.py           what of the records handed out is processed, and committed
kafka_client.py      one librdkafka consumer: settings, topics, offsets, errors as sentences
consumer.py          Consumer: a member of a group
async_consumer.py    AsyncConsumer: the same for coroutines
simple_consumer.py   SimpleConsumer: partitions by hand, no group and no commits
processing.py        a function for each record: retries with delay, then a dead letter
"""
