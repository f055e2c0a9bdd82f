"""The cast: clients built on `odradek.protocol` alone, which retry as real ones do.

client.py          asking, losing patience, being stopped
producers.py       plain, hasty and idempotent producers
reader.py          fetching, and readers of both isolation levels
group_member.py    a member of a consumer group
transactional.py   a transactional session by V1 or V2, and a producer on it
pipeline.py        consume, transform, produce, exactly once
auditor.py         makes the topics, reads everything in the end
"""
