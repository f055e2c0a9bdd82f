"""What a Python program imports to talk to a Kafka cluster, ours or any other, over TCP.

    errors          what goes wrong in a client
    record          a record's parts, and what is told of it once it has been sent
    kafka_config    how a cluster is reached: addresses, TLS, SASL
    certificates    why a broker's certificate is not trusted, in words
    blocking_calls  calls that block, made from a coroutine
    profiles        what a producer promises, as settings with their reasons
    producer        sends records and lets no outcome be lost
    exactly_once    transactions, and reading and writing in one of them
    consumer        reads records, in a group or by hand
    admin           topics, configs, groups and offsets, from a coroutine
    serializers     values to bytes and back
    schema_registry schemas by id and by subject, from any registry
    dead_letter     what could not be delivered or processed, kept and sent again

The data path is librdkafka's, by way of confluent-kafka. `from odradek import Producer` imports it
on first use only, and a broker never does.
"""
