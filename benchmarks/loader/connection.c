/* One non-blocking connection: what the loader and its sink have in common. */
#include "loader.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void init_connection(Connection *connection, int fd) {
    int enabled = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &enabled, sizeof enabled);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    *connection = (Connection){.fd = fd, .input_capacity = 1 << 20};
    connection->input = allocate(connection->input_capacity);
}

int connect_to(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        die("cannot connect to 127.0.0.1:%d: %s", port, strerror(errno));
    return fd;
}

/* Shows the broker a client that negotiates its versions and then stays silent until the run ends. */
void open_idle_connection(int port) {
    Buffer request = {0};
    put_request_header(&request, API_API_VERSIONS, 0);
    request.length--; /* version 0 has no tag buffer */
    finish_frame(&request, 0);
    Connection connection;
    init_connection(&connection, connect_to(port));
    if (write(connection.fd, request.data, request.length) != (ssize_t)request.length)
        die("cannot send: %s", strerror(errno));
    struct pollfd polled = {connection.fd, POLLIN, 0};
    Reader reply;
    while (take_frame(&connection, 0, &reply) == 0) {
        if (poll(&polled, 1, 10000) <= 0) die("an idle connection got no reply for 10 seconds");
        if (!receive(&connection)) die("the broker closed an idle connection");
    }
    take(&reply, 4); /* the correlation id */
    if (get_int(&reply, 2) != 0) die("ApiVersions answered an error");
    free(connection.input);
    free(request.data);
}

/* Takes one whole frame out of the input, or makes room for it. Returns the bytes it used. */
size_t take_frame(Connection *connection, size_t from, Reader *frame) {
    size_t available = connection->input_length - from;
    if (available < 4) return 0;
    Reader prefix = {connection->input + from, connection->input + from + 4};
    int64_t length = get_int(&prefix, 4);
    if (length < 0 || length > 1 << 30) die("a frame claims %lld bytes", (long long)length);
    size_t needed = (size_t)length + 4;
    if (needed > connection->input_capacity) {
        connection->input_capacity = needed;
        connection->input = realloc(connection->input, needed);
        if (connection->input == NULL) die("out of memory for a frame of %zu bytes", needed);
    }
    if (available < needed) return 0;
    *frame = (Reader){connection->input + from + 4, connection->input + from + needed};
    return needed;
}

/* Returns false when the peer closed. */
bool receive(Connection *connection) {
    ssize_t received = read(connection->fd, connection->input + connection->input_length,
                            connection->input_capacity - connection->input_length);
    if (received < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (received < 0 && errno == ECONNRESET) return false;
    if (received < 0) die("cannot receive: %s", strerror(errno));
    connection->input_length += (size_t)received;
    return received > 0;
}

/* Throws away up to `bytes` that have arrived and returns how many; 0 when there are none for now. */
ssize_t discard(int fd, size_t bytes) {
#ifdef __linux__
    ssize_t gone = recv(fd, NULL, bytes, MSG_TRUNC); /* tcp(7): discarded without a copy */
#else
    static uint8_t unused[1 << 20];
    ssize_t gone = recv(fd, unused, bytes < sizeof unused ? bytes : sizeof unused, 0);
#endif
    if (gone < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (gone <= 0) die("the broker closed the connection: %s", gone ? strerror(errno) : "end of stream");
    return gone;
}

void drop_input(Connection *connection, size_t used) {
    connection->input_length -= used;
    memmove(connection->input, connection->input + used, connection->input_length);
}
