"""Classic consumer groups, pure: who is in a group, who reads what, and how far they have read.

    states.py           the state machine, as a table
    member.py           one member of a group
    group.py            one group: members, the vote for a protocol, what is stored of it
    values.py           what a coordinator is asked, and what it answers
    records.py          group state as records of `__consumer_offsets`, and back
    deadlines.py        what has to happen by when
    rebalance.py        a group between two generations
    joining.py          JoinGroup
    membership.py       SyncGroup, Heartbeat, LeaveGroup, and members that say nothing any more
    offsets.py          committing, fetching, deleting and expiring offsets
    subscription.py     which topics a consumer group reads
    classic_groups.py   all groups of a broker: the way in

Every request is decided into records to store and answers to give; what is stored changes by
`apply` alone, live and after a restart. Time, ids and tokens for those who wait are arguments.
"""
