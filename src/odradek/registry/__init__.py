"""The schema registry: Confluent's REST API over the topic `_schemas` of any Kafka.

    state/       what the log says: its records, and the index they add up to. Pure
    decisions/   what a request changes: records to write and an answer. Pure
    log/         the topic `_schemas`: reading it to the end, one writer at a time
    api/         one module per resource of the REST API
    permissions.py   who may do what with which subjects
    security.py  the API with the users, tokens, permissions and trust of a configuration
    core.py      the index and the log brought together: reads, and changes one after the other
    main.py      the part as a process

A change is a transaction of the log: it is decided on an index that has everything before it, and
answered once this instance has read it back. Replaying the topic gives the same index anywhere.
"""
