/* Builds the request frames and the record batch they carry, once before a run. */
#include "loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCE_VERSION = 9, FETCH_VERSION = 12, OFFSET_COMMIT_VERSION = 8 };

void put_request_header(Buffer *buffer, int api_key, int version) {
    put_int(buffer, 0, 4); /* the frame's length, set by finish_frame */
    put_int(buffer, api_key, 2);
    put_int(buffer, version, 2);
    put_int(buffer, 0, 4); /* the correlation id, set for each request */
    const char *client_id = "odradek-bench";
    put_int(buffer, (int64_t)strlen(client_id), 2);
    put_bytes(buffer, client_id, strlen(client_id));
    put_no_tags(buffer);
}

void finish_frame(Buffer *buffer, size_t start) {
    store_big_endian(buffer->data + start, buffer->length - start - 4, 4);
}

static void put_record(Buffer *batch, int offset_delta, const uint8_t *value, int value_bytes) {
    Buffer record = {0};
    put_int(&record, 0, 1);    /* attributes */
    put_varint(&record, 0);    /* timestamp delta */
    put_varint(&record, offset_delta);
    put_varint(&record, -1);   /* no key */
    put_varint(&record, value_bytes);
    put_bytes(&record, value, (size_t)value_bytes);
    put_varint(&record, 0);    /* headers */
    put_varint(batch, (int64_t)record.length);
    put_bytes(batch, record.data, record.length);
    free(record.data);
}

static void fill_with_noise(uint8_t *target, int length, uint64_t *state) {
    for (int i = 0; i < length; i++) {
        *state ^= *state << 13, *state ^= *state >> 7, *state ^= *state << 17;
        target[i] = (uint8_t)*state;
    }
}

/* One batch of as many records as fit in batch_bytes, at least one. Returns the number of records. */
int build_batch(Buffer *batch, int value_bytes, int batch_bytes) {
    uint64_t noise = 0x9E3779B97F4A7C15u;
    uint8_t *value = allocate((size_t)value_bytes);
    int64_t now_ms = clock_ns(CLOCK_REALTIME) / 1000000;
    int count = 0, room_for_one = value_bytes + 24;
    put_int(batch, 0, 8);  /* base offset */
    put_int(batch, 0, 4);  /* batch length, set below */
    put_int(batch, -1, 4); /* partition leader epoch */
    put_int(batch, 2, 1);  /* magic */
    put_int(batch, 0, 4);  /* crc, set below */
    put_int(batch, 0, 2);  /* attributes: no compression, CreateTime */
    put_int(batch, 0, 4);  /* last offset delta, set below */
    put_int(batch, now_ms, 8);
    put_int(batch, now_ms, 8);
    put_int(batch, -1, 8); /* producer id */
    put_int(batch, -1, 2); /* producer epoch */
    put_int(batch, -1, 4); /* base sequence */
    put_int(batch, 0, 4);  /* number of records, set below */
    do {
        fill_with_noise(value, value_bytes, &noise);
        put_record(batch, count++, value, value_bytes);
    } while (batch->length + (size_t)room_for_one <= (size_t)batch_bytes);
    store_big_endian(batch->data + 8, batch->length - BATCH_LENGTH_OVERHEAD, 4);
    store_big_endian(batch->data + 23, (uint64_t)count - 1, 4);
    store_big_endian(batch->data + 57, (uint64_t)count, 4);
    size_t checked_from = BATCH_CRC_POSITION + 4;
    uint32_t crc = crc32c(batch->data + checked_from, batch->length - checked_from);
    store_big_endian(batch->data + BATCH_CRC_POSITION, crc, 4);
    free(value);
    return count;
}

void put_produce_frame(Buffer *frame, const Options *options, int partition, const Buffer *batch) {
    size_t start = frame->length;
    put_request_header(frame, API_PRODUCE, PRODUCE_VERSION);
    put_unsigned_varint(frame, 0); /* no transactional id */
    put_int(frame, options->acks, 2);
    put_int(frame, 30000, 4); /* timeout in ms */
    put_unsigned_varint(frame, 2);
    put_compact_string(frame, options->topic);
    put_unsigned_varint(frame, 2);
    put_int(frame, partition, 4);
    put_unsigned_varint(frame, batch->length + 1);
    put_bytes(frame, batch->data, batch->length);
    for (int nested = 0; nested < 3; nested++) put_no_tags(frame);
    finish_frame(frame, start);
}

/* Returns where in the frame the fetch offset stands. */
size_t put_fetch_frame(Buffer *frame, const Options *options, int partition) {
    size_t start = frame->length;
    put_request_header(frame, API_FETCH, FETCH_VERSION);
    put_int(frame, -1, 4);  /* replica id: a consumer */
    put_int(frame, 500, 4); /* max wait in ms */
    put_int(frame, 1, 4);   /* min bytes */
    put_int(frame, options->fetch_bytes, 4);
    put_int(frame, 0, 1);  /* read uncommitted */
    put_int(frame, 0, 4);  /* session id */
    put_int(frame, -1, 4); /* session epoch: no session */
    put_unsigned_varint(frame, 2);
    put_compact_string(frame, options->topic);
    put_unsigned_varint(frame, 2);
    put_int(frame, partition, 4);
    put_int(frame, -1, 4); /* current leader epoch */
    size_t offset_position = frame->length - start;
    put_int(frame, options->start_offset, 8);
    put_int(frame, -1, 4); /* last fetched epoch */
    put_int(frame, -1, 8); /* log start offset */
    put_int(frame, options->fetch_bytes, 4);
    put_no_tags(frame);
    put_no_tags(frame);
    put_unsigned_varint(frame, 1); /* no forgotten topics */
    put_compact_string(frame, ""); /* rack id */
    put_no_tags(frame);
    finish_frame(frame, start);
    return offset_position;
}

/* Commits for a group without members, one for each partition. Returns the position of the offset. */
size_t put_commit_frame(Buffer *frame, const Options *options, int partition) {
    size_t start = frame->length;
    char group[32];
    snprintf(group, sizeof group, "bench-%d", partition);
    put_request_header(frame, API_OFFSET_COMMIT, OFFSET_COMMIT_VERSION);
    put_compact_string(frame, group);
    put_int(frame, -1, 4);         /* no generation */
    put_compact_string(frame, ""); /* no member */
    put_unsigned_varint(frame, 0); /* no group instance */
    put_unsigned_varint(frame, 2);
    put_compact_string(frame, options->topic);
    put_unsigned_varint(frame, 2);
    put_int(frame, partition, 4);
    size_t offset_position = frame->length - start;
    put_int(frame, 0, 8);
    put_int(frame, -1, 4);         /* leader epoch */
    put_compact_string(frame, ""); /* metadata */
    put_no_tags(frame);
    put_no_tags(frame);
    put_no_tags(frame);
    finish_frame(frame, start);
    return offset_position;
}
