/*
 * Fetch replies, read in one of two ways. Whole, when the CRC of each batch is to be checked. Otherwise as a
 * stream: fields and batch headers come into a small buffer, the records are thrown away where they lie, so
 * that the loader does not copy what it does not look at. Both check that the batches follow each other.
 */
#include "loader.h"

#include <string.h>

enum { LONGEST_ONE_BYTE_LENGTH = 126 };

/* Returns the bytes of the records that follow. */
static uint64_t take_fields(Connection *connection, Reader *reader) {
    get_int(reader, 4); /* throttle time */
    int64_t error_code = get_int(reader, 2);
    get_int(reader, 4); /* session id */
    expect_one(reader, "topics");
    skip_compact(reader);
    expect_one(reader, "partitions");
    get_int(reader, 4);
    int64_t partition_error_code = get_int(reader, 2);
    if (error_code != 0 || partition_error_code != 0)
        die("Fetch answered error codes %lld and %lld for partition %d", (long long)error_code,
            (long long)partition_error_code, connection->partition);
    connection->high_watermark = get_int(reader, 8);
    get_int(reader, 8); /* last stable offset */
    get_int(reader, 8); /* log start offset */
    if (get_unsigned_varint(reader) > 1) die("Fetch answered aborted transactions");
    get_int(reader, 4); /* preferred read replica */
    uint64_t length = get_unsigned_varint(reader);
    return length > 1 ? length - 1 : 0;
}

static size_t batch_size(const uint8_t *batch) {
    Reader reader = {batch + 8, batch + 12};
    int64_t length = get_int(&reader, 4);
    if (length < BATCH_HEADER_BYTES - BATCH_LENGTH_OVERHEAD) die("a batch claims %lld bytes", (long long)length);
    return (size_t)length + BATCH_LENGTH_OVERHEAD;
}

static void accept_batch(Run *run, Connection *connection, const uint8_t *header) {
    Reader reader = {header, header + BATCH_HEADER_BYTES};
    int64_t base_offset = get_int(&reader, 8);
    take(&reader, 15); /* up to the last offset delta */
    int64_t next_offset = base_offset + get_int(&reader, 4) + 1;
    if (base_offset > connection->fetch_offset || next_offset <= connection->fetch_offset)
        die("Fetch from offset %lld answered a batch of offsets %lld to %lld",
            (long long)connection->fetch_offset, (long long)base_offset, (long long)next_offset - 1);
    run->records += next_offset - connection->fetch_offset;
    run->bytes += (int64_t)batch_size(header);
    connection->fetch_offset = next_offset;
}

static void check_crc(const uint8_t *batch, size_t batch_bytes) {
    size_t checked_from = BATCH_CRC_POSITION + 4;
    Reader reader = {batch + BATCH_CRC_POSITION, batch + checked_from};
    if (crc32c(batch + checked_from, batch_bytes - checked_from) != (uint32_t)get_int(&reader, 4))
        die("a fetched batch has a wrong CRC");
}

static void rewind_at_the_end(Run *run, Connection *connection) {
    if (connection->fetch_offset < connection->high_watermark) return;
    connection->fetch_offset = run->options.start_offset;
    run->rewinds++;
}

/* Counts whole batches only; a client drops the partial batch at the end of a reply too. */
void check_fetch_reply(Run *run, Connection *connection, Reader *reader) {
    size_t left = take_fields(connection, reader), batch_bytes;
    const uint8_t *batch = take(reader, left);
    for (; left >= BATCH_HEADER_BYTES && (batch_bytes = batch_size(batch)) <= left;
         batch += batch_bytes, left -= batch_bytes) {
        check_crc(batch, batch_bytes);
        accept_batch(run, connection, batch);
    }
    rewind_at_the_end(run, connection);
}

/* ---- as a stream -------------------------------------------------------------------------------- */

/* The size of a reply without records, all of which comes before the records of any other (with a length
   of records that takes up to four bytes, three of which are tag buffers when there are none). */
static size_t envelope_bytes(const Options *options) {
    size_t topic_bytes = strlen(options->topic);
    if (topic_bytes > LONGEST_ONE_BYTE_LENGTH) die("the topic's name has more than 126 bytes");
    return 4 + 4 + 1 + 4 + 2 + 4 + 1 + 1 + topic_bytes + 1 + 4 + 2 + 8 + 8 + 8 + 1 + 4 + 4;
}

static void begin_batch_or_end(FetchStream *stream) {
    if (stream->records_left < BATCH_HEADER_BYTES) stream->discard_left = stream->frame_left;
}

static void begin_frame(Connection *connection) {
    FetchStream *stream = &connection->stream;
    Reader reader = {connection->input, connection->input + connection->input_length};
    size_t frame_bytes = (size_t)(get_int(&reader, 4) & 0x7FFFFFFF) + 4;
    if (frame_bytes < connection->input_length) die("a fetch reply of %zu bytes is too short", frame_bytes);
    accept_reply_header(connection, &reader);
    stream->records_left = take_fields(connection, &reader);
    stream->frame_left = frame_bytes - connection->input_length;
    stream->in_frame = true;
    if (stream->records_left >= frame_bytes) die("a fetch reply claims more records than it has bytes");
    drop_input(connection, (size_t)(reader.position - connection->input));
    begin_batch_or_end(stream);
}

static void accept_streamed_batch(Run *run, Connection *connection) {
    FetchStream *stream = &connection->stream;
    size_t batch_bytes = batch_size(connection->input);
    connection->input_length = 0;
    if (batch_bytes > stream->records_left) { /* a partial batch */
        stream->discard_left = stream->frame_left;
        return;
    }
    accept_batch(run, connection, connection->input);
    stream->records_left -= batch_bytes;
    stream->discard_left = batch_bytes - BATCH_HEADER_BYTES;
    begin_batch_or_end(stream);
}

static void end_frame(Run *run, Connection *connection) {
    connection->stream.in_frame = false;
    connection->input_length = 0;
    rewind_at_the_end(run, connection);
    note_answer(run, connection);
}

/* Returns false when the socket has nothing more for now. */
static bool fill_input(Connection *connection, size_t wanted) {
    size_t capacity = connection->input_capacity;
    connection->input_capacity = wanted;
    size_t before = connection->input_length;
    if (before < wanted && !receive(connection)) die("the broker closed the connection");
    connection->input_capacity = capacity;
    if (connection->stream.in_frame) connection->stream.frame_left -= connection->input_length - before;
    return connection->input_length == wanted;
}

/* Reads on until the reply is complete or the socket is empty; there is one request in flight. */
void receive_fetch_reply(Run *run, Connection *connection) {
    FetchStream *stream = &connection->stream;
    for (;;) {
        if (stream->discard_left > 0) {
            ssize_t gone = discard(connection->fd, stream->discard_left);
            if (gone == 0) return;
            stream->discard_left -= (size_t)gone;
            stream->frame_left -= (size_t)gone;
        } else if (stream->in_frame && stream->frame_left == 0) {
            end_frame(run, connection);
            return;
        } else if (!stream->in_frame) {
            if (!fill_input(connection, envelope_bytes(&run->options))) return;
            begin_frame(connection);
        } else {
            if (!fill_input(connection, BATCH_HEADER_BYTES)) return;
            accept_streamed_batch(run, connection);
        }
    }
}
