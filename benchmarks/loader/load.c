/* Keeps requests in flight on every connection and measures how long each one takes. */
#include "loader.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>

static void open_connection(Run *run, Connection *connection, int index, const Buffer *batch) {
    const Options *options = &run->options;
    init_connection(connection, connect_to(options->port));
    connection->partition = index % options->partitions;
    connection->fetch_offset = options->start_offset;
    for (int slot = 0; slot < options->in_flight; slot++) {
        Buffer *output = &connection->output;
        if (run->mode == FETCH)
            connection->offset_position = put_fetch_frame(output, options, connection->partition);
        else if (run->mode == COMMIT)
            connection->offset_position = put_commit_frame(output, options, connection->partition);
        else
            put_produce_frame(output, options, connection->partition, batch);
    }
    connection->frame_bytes = connection->output.length / (size_t)options->in_flight;
    connection->opened_at_ns = allocate(sizeof(int64_t) * (size_t)options->in_flight);
}

static bool may_open(const Run *run) {
    const Options *options = &run->options;
    int64_t bytes = run->mode == PRODUCE ? run->opened * run->batch_bytes : run->bytes;
    return run->opened < options->max_requests && bytes < options->max_bytes && now_ns() < run->deadline_ns;
}

static void open_requests(Run *run, Connection *connection) {
    int in_flight = run->options.in_flight;
    while (connection->opened - connection->answered < in_flight && may_open(run)) {
        size_t slot = (size_t)(connection->opened % in_flight);
        uint8_t *frame = connection->output.data + slot * connection->frame_bytes;
        store_big_endian(frame + CORRELATION_POSITION, (uint64_t)connection->opened, 4);
        if (run->mode == FETCH)
            store_big_endian(frame + connection->offset_position, (uint64_t)connection->fetch_offset, 8);
        if (run->mode == COMMIT)
            store_big_endian(frame + connection->offset_position, (uint64_t)connection->opened, 8);
        connection->opened_at_ns[slot] = now_ns();
        connection->opened++;
        connection->queued_bytes += (int64_t)connection->frame_bytes;
        run->opened++;
    }
}

static void send_queued(Connection *connection) {
    while (connection->sent_bytes < connection->queued_bytes) {
        size_t left = (size_t)(connection->queued_bytes - connection->sent_bytes);
        size_t position = (size_t)connection->sent_bytes % connection->output.length;
        size_t until_end = connection->output.length - position;
        struct iovec parts[2] = {
            {connection->output.data + position, left < until_end ? left : until_end},
            {connection->output.data, left < until_end ? 0 : left - until_end},
        };
        ssize_t sent = writev(connection->fd, parts, 2);
        if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
        if (sent < 0) die("cannot send: %s", strerror(errno));
        connection->sent_bytes += sent;
    }
}

static void record_latency(Run *run, int64_t latency_ns) {
    if ((size_t)run->answered == run->latency_capacity) {
        run->latency_capacity = run->latency_capacity ? run->latency_capacity * 2 : 1 << 16;
        run->latencies_ns = realloc(run->latencies_ns, run->latency_capacity * sizeof(uint32_t));
        if (run->latencies_ns == NULL) die("out of memory for the latencies");
    }
    run->latencies_ns[run->answered] = latency_ns > UINT32_MAX ? UINT32_MAX : (uint32_t)latency_ns;
}

/* The oldest request of the connection has its answer. */
void note_answer(Run *run, Connection *connection) {
    int64_t slot = connection->answered % run->options.in_flight;
    record_latency(run, now_ns() - connection->opened_at_ns[slot]);
    connection->answered++;
    run->answered++;
}

static void receive_replies(Run *run, Connection *connection) {
    if (run->mode == FETCH && !run->options.check_crc) {
        receive_fetch_reply(run, connection);
        return;
    }
    if (!receive(connection)) die("the broker closed the connection");
    size_t used = 0, frame_bytes;
    Reader frame;
    while ((frame_bytes = take_frame(connection, used, &frame)) > 0) {
        accept_reply(run, connection, frame);
        note_answer(run, connection);
        used += frame_bytes;
    }
    drop_input(connection, used);
}

static void drive(Run *run) {
    int count = run->options.connections;
    struct pollfd polled[MAX_CONNECTIONS];
    run->started_ns = now_ns();
    run->deadline_ns = run->started_ns + (int64_t)(run->options.seconds * 1e9);
    for (;;) {
        for (int i = 0; i < count; i++) {
            Connection *connection = &run->connections[i];
            open_requests(run, connection);
            send_queued(connection);
            bool unsent = connection->sent_bytes < connection->queued_bytes;
            polled[i] = (struct pollfd){connection->fd, (short)(POLLIN | (unsent ? POLLOUT : 0)), 0};
        }
        if (run->answered == run->opened) return;
        if (poll(polled, (nfds_t)count, 60000) == 0) die("no reply for 60 seconds");
        for (int i = 0; i < count; i++)
            if (polled[i].revents & (POLLIN | POLLHUP | POLLERR)) receive_replies(run, &run->connections[i]);
    }
}

static int compare_latencies(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

static double percentile_us(const Run *run, double fraction) {
    int64_t index = (int64_t)(fraction * (double)run->answered);
    if (index >= run->answered) index = run->answered - 1;
    return run->answered ? run->latencies_ns[index] / 1e3 : 0;
}

static void print_result(Run *run, double seconds) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double cpu_seconds = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    if (run->answered > 0)
        qsort(run->latencies_ns, (size_t)run->answered, sizeof(uint32_t), compare_latencies);
    printf("{\"requests\": %lld, \"records\": %lld, \"bytes\": %lld, \"rewinds\": %lld, \"seconds\": %.6f, "
           "\"requests_per_s\": %.1f, \"records_per_s\": %.1f, \"mb_per_s\": %.2f, \"p50_us\": %.1f, "
           "\"p99_us\": %.1f, \"p99_9_us\": %.1f, \"loader_cpu_s\": %.3f}\n",
           (long long)run->answered, (long long)run->records, (long long)run->bytes, (long long)run->rewinds,
           seconds, (double)run->answered / seconds, (double)run->records / seconds,
           (double)run->bytes / seconds / 1e6, percentile_us(run, 0.5), percentile_us(run, 0.99),
           percentile_us(run, 0.999), cpu_seconds);
}

void run_load(const Options *options, Mode mode) {
    Run *run = allocate(sizeof(Run));
    Buffer batch = {0};
    run->options = *options;
    run->mode = mode;
    if (mode == FETCH) run->options.in_flight = 1; /* the next offset is known only from the reply */
    run->batch_records = build_batch(&batch, options->value_bytes, options->batch_bytes);
    run->batch_bytes = (int64_t)batch.length;
    for (int i = 0; i < options->idle_connections; i++) open_idle_connection(options->port);
    for (int i = 0; i < options->connections; i++) open_connection(run, &run->connections[i], i, &batch);
    drive(run);
    print_result(run, (double)(now_ns() - run->started_ns) / 1e9);
}
