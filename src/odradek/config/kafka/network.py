"""Listeners, connections and requests: where clients connect and what they may claim."""

from odradek.config.setting import Setting, SettingType, UpdateMode
from odradek.config.validators import AddressCounts, at_least, one_of

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "advertised.listeners",
        SettingType.LIST,
        None,
        "Address that clients are told to connect to, when it is not the one the broker listens "
        "on, as behind a proxy or in a container.",
        acts=True,
    ),
    Setting(
        "broker.rack",
        SettingType.STRING,
        None,
        "Name of the rack or zone the broker stands in, reported to clients that prefer near "
        "replicas.",
        acts=True,
    ),
    Setting(
        "connection.failed.authentication.delay.ms",
        SettingType.INT,
        "100",
        "Milliseconds a connection stays open after failed authentication, which slows guessing "
        "down.",
        at_least(0),
    ),
    Setting(
        "connections.max.idle.ms",
        SettingType.LONG,
        "600000",
        "Milliseconds after which a connection is closed on which nothing came and nothing was "
        "taken; -1 closes none.",
        acts=True,
    ),
    Setting(
        "connections.max.reauth.ms",
        SettingType.LONG,
        "0",
        "Longest milliseconds a SASL session may last before the client must authenticate "
        "again; 0 sets no limit.",
    ),
    Setting(
        "delete.records.purgatory.purge.interval.requests",
        SettingType.INT,
        "1",
        "Finished DeleteRecords requests that may pile up before they are purged.",
    ),
    Setting(
        "early.start.listeners",
        SettingType.LIST,
        None,
        "Listeners that open before the broker has finished starting.",
    ),
    Setting(
        "fetch.max.bytes",
        SettingType.INT,
        "57671680",
        "Most bytes one Fetch answer may carry, whatever the client asks for; it bounds the "
        "memory one request can claim.",
        at_least(1024),
        acts=True,
    ),
    Setting(
        "fetch.purgatory.purge.interval.requests",
        SettingType.INT,
        "1000",
        "Finished Fetch requests that may pile up before they are purged.",
    ),
    Setting(
        "inter.broker.listener.name",
        SettingType.STRING,
        None,
        "Listener that brokers use among themselves.",
    ),
    Setting(
        "listener.security.protocol.map",
        SettingType.STRING,
        "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT",
        "Security protocol of each listener name.",
        update_mode=UpdateMode.PER_BROKER,
    ),
    # Differs from Kafka: the default of listeners is loopback only.
    Setting(
        "listeners",
        SettingType.LIST,
        "PLAINTEXT://127.0.0.1:9092",
        "Address on which the broker serves clients; port 0 picks a free one.",
        update_mode=UpdateMode.PER_BROKER,
        acts=True,
    ),
    Setting(
        "max.connection.creation.rate",
        SettingType.INT,
        "2147483647",
        "New connections accepted per second; further ones wait, those that are open are served.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "max.connections",
        SettingType.INT,
        "2147483647",
        "Connections the broker holds open at once, which bounds memory and file descriptors; "
        "further ones wait until one is closed.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "max.connections.per.ip",
        SettingType.INT,
        "2147483647",
        "Connections held open at once from one address; further ones are closed at once.",
        at_least(0),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    # Differs from Kafka: max.connections.per.ip.overrides takes addresses, not names of hosts.
    Setting(
        "max.connections.per.ip.overrides",
        SettingType.STRING,
        "",
        "Exceptions to max.connections.per.ip, as address:count pairs.",
        AddressCounts(),
        update_mode=UpdateMode.CLUSTER_WIDE,
        acts=True,
    ),
    Setting(
        "max.incremental.fetch.session.cache.slots",
        SettingType.INT,
        "1000",
        "Incremental fetch sessions remembered at once; further consumers fetch without a session.",
        at_least(0),
        acts=True,
    ),
    Setting(
        "max.request.partition.size.limit",
        SettingType.INT,
        "2000",
        "Most partitions one DescribeTopicPartitions answer lists.",
        at_least(1),
        acts=True,
    ),
    Setting(
        "num.io.threads",
        SettingType.INT,
        "8",
        "Threads that process requests.",
        at_least(1),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "num.network.threads",
        SettingType.INT,
        "3",
        "Threads that read requests and write answers, per listener.",
        at_least(1),
        update_mode=UpdateMode.CLUSTER_WIDE,
    ),
    Setting(
        "producer.purgatory.purge.interval.requests",
        SettingType.INT,
        "1000",
        "Finished Produce requests that may pile up before they are purged.",
    ),
    Setting(
        "queued.max.request.bytes",
        SettingType.LONG,
        "-1",
        "Bytes of buffers for requests under way, beyond the 16 KiB each connection has, after "
        "which no connection gets more; -1 sets no limit.",
        acts=True,
    ),
    Setting(
        "queued.max.requests",
        SettingType.INT,
        "500",
        "Waiting requests after which the network threads stop reading.",
        at_least(1),
    ),
    Setting(
        "request.timeout.ms",
        SettingType.INT,
        "30000",
        "Milliseconds the broker waits for an answer to its own requests.",
    ),
    Setting(
        "security.inter.broker.protocol",
        SettingType.STRING,
        "PLAINTEXT",
        "Security protocol among brokers, when inter.broker.listener.name is not set.",
        one_of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"),
    ),
    Setting(
        "socket.connection.setup.timeout.max.ms",
        SettingType.LONG,
        "30000",
        "Longest milliseconds to wait for a connection the broker opens, after repeated failures.",
    ),
    Setting(
        "socket.connection.setup.timeout.ms",
        SettingType.LONG,
        "10000",
        "Milliseconds to wait for the first attempt of a connection the broker opens.",
    ),
    Setting(
        "socket.listen.backlog.size",
        SettingType.INT,
        "50",
        "Connections the operating system may queue before they are accepted.",
        at_least(1),
    ),
    Setting(
        "socket.receive.buffer.bytes",
        SettingType.INT,
        "102400",
        "Bytes of the kernel's receive buffer per connection; -1 leaves it to the system.",
    ),
    Setting(
        "socket.request.max.bytes",
        SettingType.INT,
        "104857600",
        "Largest request frame accepted, in bytes; a larger one closes the connection before "
        "memory is spent on it.",
        at_least(1),
        acts=True,
    ),
    Setting(
        "socket.send.buffer.bytes",
        SettingType.INT,
        "102400",
        "Bytes of the kernel's send buffer per connection; -1 leaves it to the system.",
    ),
)
