"""The log that is the registry's database: `_schemas` on any Kafka, or a list in memory.

interface.py     what a registry needs of a log
memory_log.py    a log for tests, in this process
kafka_log.py     the topic: who writes, what was read so far
topic.py         the topic made, or refused when it would lose schemas
reader.py        a thread that reads it
writer.py        a transactional producer, which fences the one before
"""
