"""Compaction: rewriting a log's segments so that every key's latest record is left.

Reading order: `selection` (which log, up to where), `cleaning` (the two passes), `batch_filter`
(what stays, and why), `replacement` (how new files take the place of old ones). Everything works on
values and files; nothing knows a running log. Source: Kafka's documentation, "Log Compaction";
KIP-58, KIP-354 and KIP-534.
"""
