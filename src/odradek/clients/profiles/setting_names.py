"""The names of a producer's settings: librdkafka's two for one thing, and those of Java alone."""

from collections.abc import Mapping

ALIASES: Mapping[str, str] = {
    "request.required.acks": "acks",
    "message.timeout.ms": "delivery.timeout.ms",
    "queue.buffering.max.ms": "linger.ms",
    "compression.codec": "compression.type",
    "max.in.flight": "max.in.flight.requests.per.connection",
    "message.send.max.retries": "retries",
}
"""librdkafka's other name of a setting -> the one that Kafka uses, which is ours, too."""

JAVA_ONLY: Mapping[str, str] = {
    "buffer.memory": "queue.buffering.max.kbytes (in KiB) limits the memory here",
    "max.block.ms": "a full queue waits for as long as delivery.timeout.ms",
    "max.request.size": "each record is checked against its topic's max.message.bytes",
    "key.serializer": "give key_serializer to the producer",
    "value.serializer": "give value_serializer to the producer",
    "partitioner.class": "the partitioner is murmur2_random, which is Java's",
    "partitioner.ignore.keys": "keys are never ignored here",
    "interceptor.classes": "give on_delivery with a record, or wrap the producer",
    "metric.reporters": "stats() shows what the producer does",
    "metrics.recording.level": "stats() shows what the producer does",
    "send.buffer.bytes": "socket.send.buffer.bytes is its name here",
    "receive.buffer.bytes": "socket.receive.buffer.bytes is its name here",
    "ssl.truststore.location": "ssl_ca_location of KafkaConfig takes a PEM file",
    "ssl.keystore.location": "ssl_certificate_location of KafkaConfig takes a PEM file",
    "sasl.jaas.config": "give sasl_username and sasl_password to KafkaConfig",
}
"""What a Java producer takes and librdkafka does not -> what to do instead."""
