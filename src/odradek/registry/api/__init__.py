"""The REST API, one module per resource, with Confluent's paths, parameters and bodies.

bodies.py          the shapes of bodies and answers
application.py     all routes; contexts in paths; writes forwarded to the instance that writes
tags.py            tags inside of schemas
schemas/           /schemas
subjects.py        /subjects, but for registering
registrations.py   /subjects/{subject}/versions: register, and tag
compatibility.py   /compatibility, and /odradek/v1/compatibility, which explains
config.py          /config
mode.py            /mode
contexts.py        /contexts
associations/      /associations
metadata.py        /, /v1/metadata, /openapi.json, and Karapace's own two
health.py          /livez, /readyz, /metrics
"""
