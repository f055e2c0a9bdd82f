"""The APIs this broker serves: one module for each API key, named as in Kafka's protocol.

Each module says which versions it serves and what each of them adds, and exports its `API`. Only
what is listed here is advertised.

Differs from Kafka: an error is explained in words also where Kafka gives nothing but its code.
"""

from collections.abc import Mapping

from odradek.broker.apis import (
    alter_client_quotas,
    alter_configs,
    alter_partition_reassignments,
    alter_replica_log_dirs,
    api_versions,
    create_partitions,
    create_topics,
    delete_groups,
    delete_records,
    delete_topics,
    describe_client_quotas,
    describe_cluster,
    describe_configs,
    describe_groups,
    describe_log_dirs,
    describe_producers,
    describe_quorum,
    describe_topic_partitions,
    elect_leaders,
    fetch,
    find_coordinator,
    heartbeat,
    incremental_alter_configs,
    init_producer_id,
    join_group,
    leave_group,
    list_config_resources,
    list_groups,
    list_offsets,
    list_partition_reassignments,
    metadata,
    offset_commit,
    offset_delete,
    offset_fetch,
    offset_for_leader_epoch,
    produce,
    sync_group,
    unregister_broker,
    update_features,
)
from odradek.broker.apis.api import Api

__all__ = ["SERVED", "Api"]

SERVED: Mapping[int, Api] = {
    module.API.key: module.API
    for module in (
        produce,
        fetch,
        list_offsets,
        metadata,
        offset_commit,
        offset_fetch,
        find_coordinator,
        join_group,
        heartbeat,
        leave_group,
        sync_group,
        describe_groups,
        list_groups,
        api_versions,
        create_topics,
        delete_topics,
        delete_records,
        init_producer_id,
        offset_for_leader_epoch,
        describe_configs,
        alter_configs,
        alter_replica_log_dirs,
        describe_log_dirs,
        create_partitions,
        delete_groups,
        elect_leaders,
        incremental_alter_configs,
        alter_partition_reassignments,
        list_partition_reassignments,
        offset_delete,
        describe_client_quotas,
        alter_client_quotas,
        describe_quorum,
        update_features,
        describe_cluster,
        describe_producers,
        unregister_broker,
        list_config_resources,
        describe_topic_partitions,
    )
}
