/* One non-blocking connection: what the loader and its sink have in common. */
#include "loader.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
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
    if (received < 0) die("cannot receive: %s", strerror(errno));
    connection->input_length += (size_t)received;
    return received > 0;
}

void drop_input(Connection *connection, size_t used) {
    connection->input_length -= used;
    memmove(connection->input, connection->input + used, connection->input_length);
}
