"""`odradek topic`: topics of any Kafka cluster."""
