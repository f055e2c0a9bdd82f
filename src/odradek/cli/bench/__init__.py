"""`odradek bench`: measures a cluster, ours or any Kafka."""
