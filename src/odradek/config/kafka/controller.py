"""The node's identity and the metadata quorum.

One node is its own quorum; the quorum's settings are listed for the tools that read them.

Differs from Kafka: broker.id stays unset; Kafka shows node.id under that name as well.

Differs from Kafka: the settings of a controller's listener and voters are empty, as there is no
controller beside the broker.
"""

from odradek.config.setting import Setting, SettingType
from odradek.config.validators import at_least, one_of

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "alter.config.policy.class.name",
        SettingType.CLASS,
        None,
        "Class that may refuse configuration changes.",
    ),
    Setting(
        "broker.heartbeat.interval.ms",
        SettingType.INT,
        "2000",
        "Milliseconds between a broker's heartbeats to the controller.",
    ),
    Setting(
        "broker.id",
        SettingType.INT,
        "-1",
        "The broker's number, by its older name; node.id is the one to set.",
    ),
    Setting(
        "broker.session.timeout.ms",
        SettingType.INT,
        "9000",
        "Milliseconds without heartbeats after which the controller fences a broker.",
    ),
    Setting(
        "controller.listener.names",
        SettingType.LIST,
        None,
        "Listeners that carry controller traffic.",
    ),
    Setting(
        "controller.quorum.append.linger.ms",
        SettingType.INT,
        "25",
        "Milliseconds the controller gathers metadata records before writing them.",
        at_least(0),
    ),
    Setting(
        "controller.quorum.auto.join.enable",
        SettingType.BOOLEAN,
        "false",
        "Whether a controller joins the quorum by itself.",
    ),
    Setting(
        "controller.quorum.bootstrap.servers",
        SettingType.LIST,
        "",
        "Addresses at which to find the controller quorum.",
    ),
    Setting(
        "controller.quorum.election.backoff.max.ms",
        SettingType.INT,
        "1000",
        "Longest milliseconds before a candidate tries another election.",
        at_least(0),
    ),
    Setting(
        "controller.quorum.election.timeout.ms",
        SettingType.INT,
        "1000",
        "Milliseconds a candidate waits for votes.",
        at_least(0),
    ),
    Setting(
        "controller.quorum.fetch.max.bytes",
        SettingType.INT,
        "1048576",
        "Most bytes of metadata log fetched at once.",
        at_least(1),
    ),
    Setting(
        "controller.quorum.fetch.snapshot.max.bytes",
        SettingType.INT,
        "1048576",
        "Most bytes of metadata snapshot fetched at once.",
        at_least(1),
    ),
    Setting(
        "controller.quorum.fetch.timeout.ms",
        SettingType.INT,
        "2000",
        "Milliseconds without a successful fetch after which a voter calls an election.",
        at_least(0),
    ),
    Setting(
        "controller.quorum.request.timeout.ms",
        SettingType.INT,
        "2000",
        "Milliseconds a quorum request may take.",
        at_least(0),
    ),
    Setting(
        "controller.quorum.retry.backoff.ms",
        SettingType.INT,
        "20",
        "Milliseconds between retries of quorum requests.",
        at_least(0),
    ),
    Setting(
        "controller.quorum.voters",
        SettingType.LIST,
        "",
        "The voters of a static controller quorum, as id@host:port.",
    ),
    Setting(
        "controller.socket.timeout.ms",
        SettingType.INT,
        "30000",
        "Milliseconds the connection from controller to brokers waits for the network.",
    ),
    Setting(
        "create.topic.policy.class.name",
        SettingType.CLASS,
        None,
        "Class that may refuse the creation of topics.",
    ),
    Setting(
        "initial.broker.registration.timeout.ms",
        SettingType.INT,
        "60000",
        "Milliseconds a starting broker tries to register before it gives up.",
    ),
    Setting(
        "metadata.log.dir",
        SettingType.STRING,
        None,
        "Directory of the metadata log, when it is not the first log directory.",
    ),
    Setting(
        "metadata.log.max.record.bytes.between.snapshots",
        SettingType.LONG,
        "20971520",
        "Bytes of metadata records after which a snapshot is written.",
        at_least(1),
    ),
    Setting(
        "metadata.log.max.snapshot.interval.ms",
        SettingType.LONG,
        "3600000",
        "Milliseconds after which a snapshot is written if anything changed.",
        at_least(0),
    ),
    Setting(
        "metadata.log.segment.bytes",
        SettingType.INT,
        "1073741824",
        "Bytes of a segment of the metadata log.",
        at_least(8388608),
    ),
    Setting(
        "metadata.log.segment.ms",
        SettingType.LONG,
        "604800000",
        "Milliseconds after which a segment of the metadata log is closed.",
    ),
    Setting(
        "metadata.max.idle.interval.ms",
        SettingType.INT,
        "500",
        "Milliseconds after which an idle controller writes a no-op record.",
        at_least(0),
    ),
    Setting(
        "metadata.max.retention.bytes",
        SettingType.LONG,
        "104857600",
        "Bytes of metadata log and snapshots kept.",
    ),
    Setting(
        "metadata.max.retention.ms",
        SettingType.LONG,
        "604800000",
        "Milliseconds for which old metadata log and snapshots are kept.",
    ),
    # Differs from Kafka: node.id has a default, because one node needs no numbering.
    Setting(
        "node.id",
        SettingType.INT,
        "0",
        "The node's number, by which clients and other nodes know it; it is stored in the data "
        "directory and must not change.",
        at_least(0),
        acts=True,
    ),
    # Differs from Kafka: process.roles has a default, because there is only one process.
    Setting(
        "process.roles",
        SettingType.LIST,
        "broker,controller",
        "What the process does: broker, controller or both.",
        one_of("broker", "controller"),
    ),
)
