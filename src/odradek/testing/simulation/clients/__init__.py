"""The cast: clients built on `odradek.protocol` alone, which retry as real ones do.

client.py             asking, losing patience, being stopped
producers.py          plain, hasty and idempotent producers
reader.py             fetching, and readers of both isolation levels
committed_offsets.py  where a group would read on
membership.py         being one of a consumer group
group_member.py       a member that reads and commits
transactional.py      a transactional session by V1 or V2, and a producer on it
pipeline.py           consume, transform, produce, exactly once
auditor.py            makes the topics, has the tables cleaned, reads everything in the end
"""
