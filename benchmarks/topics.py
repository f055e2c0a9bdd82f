"""What must be in a broker before a row can be measured: topics, records, coordinators."""

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from benchmarks.processes import HOST
from benchmarks.wire import end_offsets, serves_group, wait_until

READY_TIMEOUT_S = 120.0
FILL_TIMEOUT_S = 60.0


def create_topics(port: int, partitions_of: dict[str, int]) -> None:
    """Create the topics that are not there yet; return when all their partitions have a leader.

    Raises KafkaException and TimeoutError.
    """
    admin = AdminClient({"bootstrap.servers": f"{HOST}:{port}", "log_level": 0})
    topics = [NewTopic(topic, partitions, 1) for topic, partitions in partitions_of.items()]
    for created in admin.create_topics(topics).values() if topics else ():
        failure = created.exception()
        if failure is not None and failure.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
            raise failure
    for topic, partitions in partitions_of.items():
        wait_until(
            lambda at=(topic, partitions): end_offsets(port, *at) is not None,  # type: ignore[misc]
            timeout_s=READY_TIMEOUT_S,
            what=f"the leaders of {topic}",
        )


def fill_partitions(port: int, topic: str, partitions: int, records: int, value: bytes) -> None:
    """Append so many records to every partition, a batch each. Raises KafkaException."""
    failed: list[KafkaError] = []

    def note_failure(error: KafkaError | None, _: Message) -> None:
        if error is not None:
            failed.append(error)

    settings = {"bootstrap.servers": f"{HOST}:{port}", "linger.ms": 0, "log_level": 0}
    producer = Producer(settings)
    for _ in range(records):
        for partition in range(partitions):
            producer.produce(topic, value, partition=partition, on_delivery=note_failure)
        producer.flush(FILL_TIMEOUT_S)
    if failed:
        raise KafkaException(failed[0])


def await_coordinators(port: int, groups: list[str], topic: str) -> None:
    """Return when each group has a coordinator that answers for it. Raises TimeoutError."""
    for group in groups:
        wait_until(
            lambda group=group: serves_group(port, group, topic),  # type: ignore[misc]
            timeout_s=READY_TIMEOUT_S,
            what=f"the coordinator of {group}",
        )
