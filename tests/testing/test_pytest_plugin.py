"""The fixtures, as somebody else's project uses them."""

import pytest

pytest_plugins = ["pytester"]

SOMEBODYS_TESTS = """
    from confluent_kafka import Producer

    names = []

    def test_records_are_delivered(kafka_bootstrap_servers, kafka_topic):
        producer = Producer({"bootstrap.servers": kafka_bootstrap_servers})
        producer.produce(kafka_topic, b"hello")
        assert producer.flush(60) == 0
        names.append(kafka_topic)

    def test_next_test_has_a_topic_of_its_own(kafka_topic):
        assert kafka_topic not in names

    def test_broker_is_the_same_for_all(kafka_broker, kafka_bootstrap_servers):
        assert kafka_broker.bootstrap_servers == kafka_bootstrap_servers
        kafka_broker.create_topic("orders", partitions=6)
"""


def test_installed_plugin_gives_other_projects_a_broker(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SOMEBODYS_TESTS)

    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)


def test_project_configures_its_broker_by_overriding_a_fixture(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(scope="session")
        def kafka_broker_settings():
            return {"num.partitions": 4}
        """
    )
    pytester.makepyfile(
        """
        from confluent_kafka import Producer

        def test_topics_have_four_partitions(kafka_bootstrap_servers):
            producer = Producer({"bootstrap.servers": kafka_bootstrap_servers})
            producer.produce("auto", b"")
            assert producer.flush(60) == 0
            assert len(producer.list_topics(timeout=60).topics["auto"].partitions) == 4
        """
    )

    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_fixtures_explain_themselves(pytester: pytest.Pytester) -> None:
    shown = pytester.runpytest_subprocess("--fixtures", "-p", "no:cacheprovider")

    for fixture in ("kafka_broker", "kafka_broker_settings", "kafka_bootstrap_servers"):
        shown.stdout.fnmatch_lines([f"{fixture} *session scope* -- *", "    ?*"])
    shown.stdout.fnmatch_lines(["kafka_topic -- *", "    The name of an empty topic*"])
