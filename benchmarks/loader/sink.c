/* Answers what the loader asks with canned replies: what the loader reaches when a broker costs nothing. */
#include "loader.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    Options options;
    Buffer records; /* one fetch reply's worth of whole batches */
    Connection connections[MAX_SINK_CONNECTIONS];
    int count;
} Sink;

static void reply_to_produce(Buffer *reply, const char *topic) {
    put_unsigned_varint(reply, 2);
    put_compact_string(reply, topic);
    put_unsigned_varint(reply, 2);
    put_int(reply, 0, 4);
    put_int(reply, 0, 2);
    put_int(reply, 0, 8);  /* base offset */
    put_int(reply, -1, 8); /* log append time */
    put_int(reply, 0, 8);  /* log start offset */
    put_unsigned_varint(reply, 1);
    put_unsigned_varint(reply, 0);
    put_no_tags(reply);
    put_no_tags(reply);
    put_int(reply, 0, 4);
    put_no_tags(reply);
}

/* The same records each time: the high watermark makes the loader rewind after every reply. */
static void reply_to_fetch(Buffer *reply, const Sink *sink) {
    put_int(reply, 0, 4);
    put_int(reply, 0, 2);
    put_int(reply, 0, 4);
    put_unsigned_varint(reply, 2);
    put_compact_string(reply, sink->options.topic);
    put_unsigned_varint(reply, 2);
    put_int(reply, 0, 4);
    put_int(reply, 0, 2);
    put_int(reply, 1, 8); /* high watermark */
    put_int(reply, 1, 8);
    put_int(reply, 0, 8);
    put_unsigned_varint(reply, 0);
    put_int(reply, -1, 4);
    put_unsigned_varint(reply, sink->records.length + 1);
    put_bytes(reply, sink->records.data, sink->records.length);
    put_no_tags(reply);
    put_no_tags(reply);
    put_no_tags(reply);
}

static void reply_to_commit(Buffer *reply, const char *topic) {
    put_int(reply, 0, 4);
    put_unsigned_varint(reply, 2);
    put_compact_string(reply, topic);
    put_unsigned_varint(reply, 2);
    put_int(reply, 0, 4);
    put_int(reply, 0, 2);
    put_no_tags(reply);
    put_no_tags(reply);
    put_no_tags(reply);
}

static void queue_canned_reply(Sink *sink, Connection *connection, Reader request) {
    int64_t api_key = get_int(&request, 2);
    get_int(&request, 2);
    int64_t correlation_id = get_int(&request, 4);
    Buffer *output = &connection->output;
    size_t start = output->length;
    put_int(output, 0, 4);
    put_int(output, correlation_id, 4);
    if (api_key == API_API_VERSIONS) {
        put_int(output, 0, 2);
        put_int(output, 0, 4);
        finish_frame(output, start);
        return;
    }
    put_no_tags(output);
    if (api_key == API_FETCH)
        reply_to_fetch(output, sink);
    else if (api_key == API_OFFSET_COMMIT)
        reply_to_commit(output, sink->options.topic);
    else
        reply_to_produce(output, sink->options.topic);
    finish_frame(output, start);
}

static void flush_replies(Connection *connection) {
    size_t sent = 0;
    while (sent < connection->output.length) {
        ssize_t written = write(connection->fd, connection->output.data + sent, connection->output.length - sent);
        if (written < 0 && errno == EAGAIN) {
            struct pollfd writable = {connection->fd, POLLOUT, 0};
            poll(&writable, 1, -1);
        } else if (written < 0) {
            break; /* the loader went away: the next read sees it */
        } else {
            sent += (size_t)written;
        }
    }
    connection->output.length = 0;
}

/* Returns false when the loader closed the connection. */
static bool answer_requests(Sink *sink, Connection *connection) {
    if (!receive(connection)) return false;
    size_t used = 0, frame_bytes;
    Reader frame;
    while ((frame_bytes = take_frame(connection, used, &frame)) > 0) {
        queue_canned_reply(sink, connection, frame);
        used += frame_bytes;
    }
    drop_input(connection, used);
    flush_replies(connection);
    return true;
}

static int listen_on_free_port(void) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, MAX_SINK_CONNECTIONS) != 0)
        die("cannot listen: %s", strerror(errno));
    getsockname(listener, (struct sockaddr *)&address, &length);
    printf("ready: sink at 127.0.0.1:%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void accept_loader(Sink *sink, int listener) {
    int fd = accept(listener, NULL, NULL);
    if (fd >= 0) init_connection(&sink->connections[sink->count++], fd);
}

static void close_connection(Sink *sink, int index) {
    Connection *connection = &sink->connections[index];
    close(connection->fd);
    free(connection->input);
    free(connection->output.data);
    *connection = sink->connections[--sink->count];
}

void run_sink(const Options *options) {
    Sink *sink = allocate(sizeof(Sink));
    sink->options = *options;
    build_batch(&sink->records, options->value_bytes, options->fetch_bytes);
    int listener = listen_on_free_port();
    for (;;) {
        struct pollfd polled[MAX_SINK_CONNECTIONS + 1] = {{listener, POLLIN, 0}};
        for (int i = 0; i < sink->count; i++)
            polled[i + 1] = (struct pollfd){sink->connections[i].fd, POLLIN, 0};
        int count = sink->count;
        poll(polled, (nfds_t)count + 1, -1);
        for (int i = count - 1; i >= 0; i--)
            if (polled[i + 1].revents && !answer_requests(sink, &sink->connections[i])) close_connection(sink, i);
        if (polled[0].revents && sink->count < MAX_SINK_CONNECTIONS) accept_loader(sink, listener);
    }
}
