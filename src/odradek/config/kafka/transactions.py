"""Producer ids and transactions."""

from odradek.config.setting import Setting, SettingType, UpdateMode
from odradek.config.validators import at_least

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "add.partitions.to.txn.retry.backoff.max.ms",
        SettingType.INT,
        "100",
        "Longest milliseconds between retries while the broker verifies a transaction with its "
        "coordinator.",
        at_least(0),
    ),
    Setting(
        "add.partitions.to.txn.retry.backoff.ms",
        SettingType.INT,
        "20",
        "Milliseconds before the first retry while the broker verifies a transaction with its "
        "coordinator.",
        at_least(1),
    ),
    Setting(
        "producer.id.expiration.ms",
        SettingType.INT,
        "86400000",
        "Milliseconds after its last write for which a producer's sequence numbers are "
        "remembered; a producer silent for longer loses duplicate detection.",
        at_least(1),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        SettingType.INT,
        "10000",
        "Milliseconds between two looks for transactions past their timeout.",
        at_least(1),
        acts=True,
    ),
    Setting(
        "transaction.max.timeout.ms",
        SettingType.INT,
        "900000",
        "Longest transaction timeout a producer may ask for, in milliseconds; an open "
        "transaction holds back read_committed consumers.",
        at_least(1),
        acts=True,
    ),
    Setting(
        "transaction.partition.verification.enable",
        SettingType.BOOLEAN,
        "true",
        "Whether a transactional write is first checked against its coordinator.",
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "transaction.remove.expired.transaction.cleanup.interval.ms",
        SettingType.INT,
        "3600000",
        "Milliseconds between two looks for expired transactional ids.",
        at_least(1),
        acts=True,
    ),
    Setting(
        "transaction.state.log.load.buffer.size",
        SettingType.INT,
        "5242880",
        "Bytes read at a time when transaction state is loaded.",
        at_least(1),
    ),
    # Differs from Kafka: transaction.state.log.min.isr is 1: one node holds one replica.
    Setting(
        "transaction.state.log.min.isr",
        SettingType.INT,
        "1",
        "Replicas of the transaction state topic that must hold a record, as min.insync.replicas.",
        at_least(1),
    ),
    Setting(
        "transaction.state.log.num.partitions",
        SettingType.INT,
        "50",
        "Partitions of the transaction state topic; never change it once the topic exists.",
        at_least(1),
        acts=True,
    ),
    # Differs from Kafka: transaction.state.log.replication.factor is 1: one node holds one replica.
    Setting(
        "transaction.state.log.replication.factor",
        SettingType.SHORT,
        "1",
        "Replicas of the transaction state topic.",
        at_least(1),
    ),
    Setting(
        "transaction.state.log.segment.bytes",
        SettingType.INT,
        "104857600",
        "Bytes of a segment of the transaction state topic.",
        at_least(1),
        acts=True,
    ),
    Setting(
        "transaction.two.phase.commit.enable",
        SettingType.BOOLEAN,
        "false",
        "Whether producers may leave a prepared transaction open without a timeout.",
    ),
    Setting(
        "transactional.id.expiration.ms",
        SettingType.INT,
        "604800000",
        "Milliseconds without use after which a transactional id is forgotten.",
        at_least(1),
        acts=True,
    ),
)
