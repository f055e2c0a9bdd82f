"""What came in and went out, by topic.

Every partition counts into its topic's meter. The number of meters is bounded: topics that are one
too many share a single meter for good, so that its numbers never fall, as a counter must not. A
deleted topic's meter goes, and with it its place.
"""

OTHER_TOPICS = "__other"


class TopicMeter:
    """The counters of one topic, named as Kafka's BrokerTopicMetrics."""

    __slots__ = (
        "bytes_in",
        "bytes_out",
        "bytes_rejected",
        "failed_fetch_requests",
        "failed_produce_requests",
        "messages_in",
        "total_fetch_requests",
        "total_produce_requests",
    )

    def __init__(self) -> None:
        self.bytes_in = 0
        self.bytes_out = 0
        self.bytes_rejected = 0
        self.failed_fetch_requests = 0
        self.failed_produce_requests = 0
        self.messages_in = 0
        self.total_fetch_requests = 0
        self.total_produce_requests = 0


class TopicMeters:
    """At most `topics_max` meters, and one for all the rest."""

    def __init__(self, topics_max: int) -> None:
        self._topics_max = topics_max
        self.of_topics: dict[str, TopicMeter] = {}
        self.others = TopicMeter()

    def meter_of(self, topic: str) -> TopicMeter:
        """The meter to count this topic with; a new topic gets its own while there is room."""
        meter = self.of_topics.get(topic)
        if meter is None:
            if len(self.of_topics) >= self._topics_max:
                return self.others
            meter = self.of_topics[topic] = TopicMeter()
        return meter

    def forget(self, topic: str) -> None:
        """The topic was deleted."""
        self.of_topics.pop(topic, None)
