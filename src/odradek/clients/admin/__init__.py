"""Administers any Kafka from a coroutine, with plain values in and out.

values.py         topics, partitions, configs, groups as they are told
requests.py       one librdkafka admin client: its futures awaited, its errors as sentences
admin.py          Admin: topics, configs, groups, offsets
"""
