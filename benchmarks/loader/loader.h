/*
 * A bare Kafka load generator: it costs as little as a client can, so that what is measured is the broker.
 *
 *   loader produce --port P --topic T ...   prebuilt Produce v9 frames, C connections x N in flight
 *   loader fetch   --port P --topic T ...   Fetch v12 from a start offset, one request in flight
 *   loader commit  --port P --topic T ...   OffsetCommit v8, a group for each connection
 *   loader sink                             answers all with canned replies: the loader's own ceiling
 *
 * --idle-connections opens so many more, each of which asks for ApiVersions once and then says nothing.
 *
 * Invariants: every reply's correlation id and error code is checked, and fetched batches must follow
 * each other without a gap; the first wrong one ends the program with a sentence and exit code 1.
 * Fetched records stay in the kernel unless --check-crc asks to see them: only their headers are read.
 * Batches carry valid CRC32C and the time of the start (an old timestamp is deleted by retention).
 * A run prints one line of JSON on stdout.
 *
 * Deliberately not here: metadata, compression, TLS, several topics, acks=0 (it has no reply to check).
 * Topics are created by the Python side. Only poll(2) is used, so that it runs on Linux and macOS.
 */
#ifndef LOADER_H
#define LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum { API_PRODUCE = 0, API_FETCH = 1, API_OFFSET_COMMIT = 8, API_API_VERSIONS = 18 };
enum { BATCH_HEADER_BYTES = 61, BATCH_CRC_POSITION = 17, BATCH_LENGTH_OVERHEAD = 12 };
enum { MAX_CONNECTIONS = 64, MAX_SINK_CONNECTIONS = 1024, CORRELATION_POSITION = 8 };

typedef enum { PRODUCE, FETCH, COMMIT } Mode;

typedef struct {
    int port, partitions, connections, idle_connections, in_flight, value_bytes, batch_bytes, acks, fetch_bytes;
    bool check_crc;
    double seconds;
    int64_t max_bytes, max_requests, start_offset;
    const char *topic;
} Options;

typedef struct {
    uint8_t *data;
    size_t length, capacity;
} Buffer;

typedef struct {
    const uint8_t *position, *end;
} Reader;

/* Where the reading of a fetch reply stands, when its records are not looked at. */
typedef struct {
    bool in_frame;
    size_t frame_left, discard_left; /* bytes still in the socket; to throw away before the next field */
    size_t records_left;             /* bytes of records not yet accounted for */
} FetchStream;

/* The loader's output is a ring of in_flight equal frames, sent again and again; the sink's is its replies. */
typedef struct {
    int fd, partition;
    Buffer output;
    size_t frame_bytes;
    int64_t opened, answered;         /* requests */
    int64_t queued_bytes, sent_bytes; /* of the stream; the position in the ring is the remainder */
    int64_t *opened_at_ns;            /* one per frame of the ring */
    uint8_t *input;
    size_t input_length, input_capacity;
    size_t offset_position; /* of the offset to fetch or to commit, in each frame */
    int64_t fetch_offset, high_watermark;
    FetchStream stream;
} Connection;

typedef struct {
    Options options;
    Mode mode;
    Connection connections[MAX_CONNECTIONS];
    int64_t opened, answered, bytes, records, rewinds;
    int64_t batch_bytes, batch_records;
    int64_t started_ns, deadline_ns;
    uint32_t *latencies_ns;
    size_t latency_capacity;
} Run;

/* wire.c */
void die(const char *format, ...);
int64_t clock_ns(clockid_t clock);
int64_t now_ns(void);
void *allocate(size_t bytes);
void fill_crc_table(void);
uint32_t crc32c(const uint8_t *data, size_t length);
void store_big_endian(uint8_t *target, uint64_t value, int width);
void put_int(Buffer *buffer, int64_t value, int width);
void put_bytes(Buffer *buffer, const void *data, size_t length);
void put_unsigned_varint(Buffer *buffer, uint64_t value);
void put_varint(Buffer *buffer, int64_t value);
void put_compact_string(Buffer *buffer, const char *text);
void put_no_tags(Buffer *buffer);
const uint8_t *take(Reader *reader, size_t bytes);
int64_t get_int(Reader *reader, int width);
uint64_t get_unsigned_varint(Reader *reader);
void skip_compact(Reader *reader);
void skip_tags(Reader *reader);
void expect_one(Reader *reader, const char *what);

/* frames.c */
void put_request_header(Buffer *buffer, int api_key, int version);
void finish_frame(Buffer *buffer, size_t start);
int build_batch(Buffer *batch, int value_bytes, int batch_bytes);
void put_produce_frame(Buffer *frame, const Options *options, int partition, const Buffer *batch);
size_t put_fetch_frame(Buffer *frame, const Options *options, int partition);
size_t put_commit_frame(Buffer *frame, const Options *options, int partition);

/* connection.c */
void init_connection(Connection *connection, int fd);
int connect_to(int port);
void open_idle_connection(int port);
size_t take_frame(Connection *connection, size_t from, Reader *frame);
bool receive(Connection *connection);
ssize_t discard(int fd, size_t bytes);
void drop_input(Connection *connection, size_t used);

/* replies.c */
void accept_reply_header(Connection *connection, Reader *reader);
void accept_reply(Run *run, Connection *connection, Reader reader);

/* fetch_replies.c */
void check_fetch_reply(Run *run, Connection *connection, Reader *reader);
void receive_fetch_reply(Run *run, Connection *connection);

/* load.c */
void note_answer(Run *run, Connection *connection);
void run_load(const Options *options, Mode mode);

/* sink.c */
void run_sink(const Options *options);

#endif
