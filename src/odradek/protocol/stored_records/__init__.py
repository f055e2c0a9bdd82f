"""What Kafka keeps in its own topics: offsets, groups, transactions and the metadata log.

Byte-compatible with Apache Kafka 4.3.1, so that its tools read what this broker stores.
"""
