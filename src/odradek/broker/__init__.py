"""The embedded broker: one durable Kafka node in one process."""
