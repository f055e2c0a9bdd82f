/* Checks replies that arrive whole; a wrong one ends the program. */
#include "loader.h"

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

static void check_commit_reply(Run *run, Connection *connection, Reader *reader) {
    get_int(reader, 4); /* throttle time */
    expect_one(reader, "topics");
    skip_compact(reader);
    expect_one(reader, "partitions");
    get_int(reader, 4);
    check_error_code(get_int(reader, 2), "OffsetCommit", connection);
    run->records++;
}

/* The correlation id shows whether replies come in the order of their requests. */
void accept_reply_header(Connection *connection, Reader *reader) {
    if (connection->answered == connection->opened) die("a reply without a request");
    int64_t correlation_id = get_int(reader, 4) & 0xFFFFFFFF;
    if (correlation_id != (connection->answered & 0xFFFFFFFF))
        die("a reply has correlation id %lld, expected %lld", (long long)correlation_id,
            (long long)connection->answered);
    skip_tags(reader);
}

void accept_reply(Run *run, Connection *connection, Reader reader) {
    accept_reply_header(connection, &reader);
    if (run->mode == FETCH)
        check_fetch_reply(run, connection, &reader);
    else if (run->mode == COMMIT)
        check_commit_reply(run, connection, &reader);
    else
        check_produce_reply(run, connection, &reader);
}
