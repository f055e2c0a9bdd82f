"""Day-2 operations: what an operator does to a running cluster, ours or Apache's, over TCP.

Nothing in here imports the broker: every tool reaches a cluster as any Kafka client does.
"""
