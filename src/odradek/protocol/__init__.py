"""Kafka's wire protocol as data: bytes and values in, bytes and values out.

`messages` declares every request and response, `stored_records` what Kafka's own topics hold,
`records` the record batches; `headers`, `api_keys` and `errors` are what every frame needs. The
declarations are compiled by `compiler` on first use. No sockets, no clock, no disk.
"""
