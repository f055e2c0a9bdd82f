/* Keeps requests in flight on every connection and checks each reply. */
#include "loader.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/uio.h>

typedef struct {
    Options options;
    bool fetching;
    Connection connections[MAX_CONNECTIONS];
    int64_t opened, answered, bytes, records, rewinds;
    int64_t batch_bytes, batch_records;
    int64_t started_ns, deadline_ns;
    uint32_t *latencies_ns;
    size_t latency_capacity;
} Run;

static void open_connection(Run *run, Connection *connection, int index, const Buffer *batch) {
    const Options *options = &run->options;
    init_connection(connection, connect_to(options->port));
    connection->partition = index % options->partitions;
    connection->fetch_offset = options->start_offset;
    for (int slot = 0; slot < options->in_flight; slot++) {
        if (run->fetching)
            connection->fetch_offset_position =
                put_fetch_frame(&connection->output, options, connection->partition);
        else
            put_produce_frame(&connection->output, options, connection->partition, batch);
    }
    connection->frame_bytes = connection->output.length / (size_t)options->in_flight;
    connection->opened_at_ns = allocate(sizeof(int64_t) * (size_t)options->in_flight);
}

static bool may_open(const Run *run) {
    const Options *options = &run->options;
    int64_t bytes = run->fetching ? run->bytes : run->opened * run->batch_bytes;
    return run->opened < options->max_requests && bytes < options->max_bytes && now_ns() < run->deadline_ns;
}

static void open_requests(Run *run, Connection *connection) {
    int in_flight = run->options.in_flight;
    while (connection->opened - connection->answered < in_flight && may_open(run)) {
        size_t slot = (size_t)(connection->opened % in_flight);
        uint8_t *frame = connection->output.data + slot * connection->frame_bytes;
        store_big_endian(frame + CORRELATION_POSITION, (uint64_t)connection->opened, 4);
        if (run->fetching)
            store_big_endian(frame + connection->fetch_offset_position, (uint64_t)connection->fetch_offset, 8);
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

static void check_error_code(int64_t code, const char *api, const Connection *connection) {
    if (code != 0)
        die("%s answered error code %lld for partition %d, request %lld of its connection", api,
            (long long)code, connection->partition, (long long)connection->answered);
}

static void check_produce_reply(Run *run, Connection *connection, Reader *reader) {
    expect_one(reader, "topics");
    skip_compact(reader);
    expect_one(reader, "partitions");
    get_int(reader, 4);
    check_error_code(get_int(reader, 2), "Produce", connection);
    if (get_int(reader, 8) < 0) die("Produce answered without an offset");
    run->bytes += run->batch_bytes;
    run->records += run->batch_records;
}

/* Counts whole batches only; a client drops the partial batch at the end of a reply too. */
static void check_records(Run *run, Connection *connection, const uint8_t *records, size_t length) {
    while (length >= BATCH_HEADER_BYTES) {
        Reader header = {records, records + BATCH_HEADER_BYTES};
        int64_t base_offset = get_int(&header, 8);
        size_t batch_bytes = (size_t)get_int(&header, 4) + BATCH_LENGTH_OVERHEAD;
        if (batch_bytes > length) break;
        take(&header, 5);
        uint32_t crc = (uint32_t)get_int(&header, 4);
        size_t checked_from = BATCH_CRC_POSITION + 4;
        if (run->options.check_crc && crc32c(records + checked_from, batch_bytes - checked_from) != crc)
            die("the batch at offset %lld has a wrong CRC", (long long)base_offset);
        take(&header, 2);
        int64_t next_offset = base_offset + get_int(&header, 4) + 1;
        if (base_offset > connection->fetch_offset || next_offset <= connection->fetch_offset)
            die("Fetch from offset %lld answered a batch of offsets %lld to %lld",
                (long long)connection->fetch_offset, (long long)base_offset, (long long)next_offset - 1);
        run->records += next_offset - connection->fetch_offset;
        run->bytes += (int64_t)batch_bytes;
        connection->fetch_offset = next_offset;
        records += batch_bytes;
        length -= batch_bytes;
    }
}

static void check_fetch_reply(Run *run, Connection *connection, Reader *reader) {
    get_int(reader, 4); /* throttle time */
    check_error_code(get_int(reader, 2), "Fetch", connection);
    get_int(reader, 4); /* session id */
    expect_one(reader, "topics");
    skip_compact(reader);
    expect_one(reader, "partitions");
    get_int(reader, 4);
    check_error_code(get_int(reader, 2), "Fetch", connection);
    int64_t high_watermark = get_int(reader, 8);
    get_int(reader, 8); /* last stable offset */
    get_int(reader, 8); /* log start offset */
    if (get_unsigned_varint(reader) > 1) die("Fetch answered aborted transactions");
    get_int(reader, 4); /* preferred read replica */
    uint64_t length = get_unsigned_varint(reader);
    if (length > 1) check_records(run, connection, take(reader, length - 1), length - 1);
    if (connection->fetch_offset >= high_watermark) {
        connection->fetch_offset = run->options.start_offset;
        run->rewinds++;
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

static void accept_reply(Run *run, Connection *connection, Reader reader) {
    if (connection->answered == connection->opened) die("a reply without a request");
    int64_t correlation_id = get_int(&reader, 4) & 0xFFFFFFFF;
    if (correlation_id != (connection->answered & 0xFFFFFFFF))
        die("a reply has correlation id %lld, expected %lld", (long long)correlation_id,
            (long long)connection->answered);
    skip_tags(&reader);
    if (run->fetching)
        check_fetch_reply(run, connection, &reader);
    else
        check_produce_reply(run, connection, &reader);
    int64_t slot = connection->answered % run->options.in_flight;
    record_latency(run, now_ns() - connection->opened_at_ns[slot]);
    connection->answered++;
    run->answered++;
}

static void receive_replies(Run *run, Connection *connection) {
    if (!receive(connection)) die("the broker closed the connection");
    size_t used = 0, frame_bytes;
    Reader frame;
    while ((frame_bytes = take_frame(connection, used, &frame)) > 0) {
        accept_reply(run, connection, frame);
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

void run_load(const Options *options, bool fetching) {
    Run *run = allocate(sizeof(Run));
    Buffer batch = {0};
    run->options = *options;
    run->fetching = fetching;
    if (fetching) run->options.in_flight = 1; /* the next offset is known only from the reply */
    run->batch_records = build_batch(&batch, options->value_bytes, options->batch_bytes);
    run->batch_bytes = (int64_t)batch.length;
    for (int i = 0; i < options->connections; i++) open_connection(run, &run->connections[i], i, &batch);
    drive(run);
    print_result(run, (double)(now_ns() - run->started_ns) / 1e9);
}
