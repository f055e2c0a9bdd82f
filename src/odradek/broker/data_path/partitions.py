"""The partitions this broker hosts, by topic and index.

Follows the metadata: what was decided and written there is carried out here on the log directory.
"""

from collections.abc import Callable, Iterator

from odradek.broker.data_path.partition import Partition
from odradek.broker.log import NO_TOPIC_ID, LogConfig, LogDirectory
from odradek.broker.metadata.image import MetadataImage, TopicImage
from odradek.broker.metadata.topic_names import METADATA_TOPIC
from odradek.broker.meters import TopicMeters


class Partitions:
    """Opens, creates and deletes the logs of topics, and finds them fast."""

    def __init__(
        self,
        directory: LogDirectory,
        image: MetadataImage,
        config_of: Callable[[str], LogConfig],
        min_insync_replicas_of: Callable[[str], int],
        meters: TopicMeters,
    ) -> None:
        self._directory = directory
        self._image = image
        self._config_of = config_of
        self._min_insync_replicas_of = min_insync_replicas_of
        self._meters = meters
        self._topics: dict[str, list[Partition]] = {}

    def __iter__(self) -> Iterator[Partition]:
        for partitions in self._topics.values():
            yield from partitions

    def get(self, topic: str, index: int) -> Partition | None:
        """The partition, or None when there is no such topic or index."""
        partitions = self._topics.get(topic)
        if partitions is None or not 0 <= index < len(partitions):
            return None
        return partitions[index]

    def of_topic(self, topic: str) -> list[Partition]:
        """All partitions of a topic, in order."""
        return self._topics.get(topic, [])

    def open_topic(self, topic: TopicImage) -> None:
        """Make the topic's hosted partitions as many as the metadata says."""
        config = self._config_of(topic.name)
        partitions = self._topics.setdefault(topic.name, [])
        min_insync_replicas = self._min_insync_replicas_of(topic.name)
        epoch = self._image.leader_epoch(topic)
        meter = self._meters.meter_of(topic.name)
        for index in range(len(partitions), topic.partition_count):
            log = self._directory.get(topic.name, index)
            if log is None:
                log = self._directory.create(topic.name, index, topic.topic_id, config)
            partitions.append(Partition(log, epoch, min_insync_replicas, meter))

    def delete_strays(self) -> None:
        """Delete logs that the metadata does not know: a crash came before their deletion.

        A log that lost its `partition.metadata` is not deleted but given its topic id again.
        """
        for log in list(self._directory):
            topic = self._image.topics.get(log.topic)
            if log.topic == METADATA_TOPIC:
                continue
            if topic is not None and log.topic_id == NO_TOPIC_ID:
                self._directory.assign_topic_id(log, topic.topic_id)
            elif topic is None or topic.topic_id != log.topic_id:
                self._directory.delete(log.topic, log.partition)

    def open_missing(self) -> None:
        """Try again to make logs that could not be made, say because the disk was full."""
        for topic in self._image.topics.values():
            if len(self.of_topic(topic.name)) < topic.partition_count:
                self.open_topic(topic)

    def delete_topic(self, name: str) -> list[Partition]:
        """Forget a topic and delete its logs; return what was hosted, to wake who waits for it."""
        partitions = self._topics.pop(name, [])
        for partition in partitions:
            partition.settle_meter()
        self._meters.forget(name)
        for partition in partitions:
            self._directory.delete(name, partition.log.partition)
        return partitions

    def update_config(self, name: str) -> None:
        """Let the logs of a topic follow its settings."""
        config = self._config_of(name)
        min_insync_replicas = self._min_insync_replicas_of(name)
        for partition in self.of_topic(name):
            partition.log.update_config(config)
            partition.min_insync_replicas = min_insync_replicas
