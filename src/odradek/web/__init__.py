"""What every HTTP part of odradek needs: routes, errors, limits, passwords, metrics, a server.

    request.py       one request: its path, query, headers and body
    answer.py        one answer, and its media type
    errors.py        errors as `{"error_code", "message"}`
    routes.py        what is served, and finding it
    query.py         query parameters, read leniently into a struct
    application.py   an ASGI application of routes
    authentication/  who sends a request: passwords, bearer tokens
    watched_file.py  a file that is read anew when it has changed
    meters.py        requests counted, for `/metrics`
    openapi.py       the routes as an OpenAPI document
    server.py        uvicorn on a socket, started and stopped by the part
    http_connection.py   uvicorn's connection, closed where a header is not finished in time
    forwarding.py    a request passed on to another instance

Built on ASGI itself: a subject may contain a slash (`a%2Fb`), so that routes are matched on the
path as it came.
"""
