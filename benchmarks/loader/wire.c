/* Bytes of the Kafka protocol: CRC32C, a growing buffer to write to, a bounded reader. */
#include "loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fputs("loader: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

int64_t clock_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

void *allocate(size_t bytes) {
    void *memory = calloc(1, bytes);
    if (memory == NULL) die("out of memory for %zu bytes", bytes);
    return memory;
}

/* ---- CRC32C ---------------------------------------------------------------------------------- */

static uint32_t crc_table[256];

void fill_crc_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0x82F63B78u : 0);
        crc_table[i] = crc;
    }
}

static uint32_t crc32c_by_table(const uint8_t *data, size_t length) {
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < length; i++) crc = (crc >> 8) ^ crc_table[(crc ^ data[i]) & 0xFF];
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc32c_by_instruction(const uint8_t *data, size_t length) {
    uint64_t crc = 0xFFFFFFFFu;
    for (; length >= 8; data += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, data, 8);
        crc = __builtin_ia32_crc32di(crc, word);
    }
    for (; length > 0; data++, length--) crc = __builtin_ia32_crc32qi((uint32_t)crc, *data);
    return ~(uint32_t)crc;
}
#endif

uint32_t crc32c(const uint8_t *data, size_t length) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return crc32c_by_instruction(data, length);
#endif
    return crc32c_by_table(data, length);
}

static uint8_t *extend(Buffer *buffer, size_t bytes) {
    if (buffer->length + bytes > buffer->capacity) {
        buffer->capacity = (buffer->length + bytes) * 2;
        buffer->data = realloc(buffer->data, buffer->capacity);
        if (buffer->data == NULL) die("out of memory for %zu bytes", buffer->capacity);
    }
    uint8_t *start = buffer->data + buffer->length;
    buffer->length += bytes;
    return start;
}

void store_big_endian(uint8_t *target, uint64_t value, int width) {
    for (int i = 0; i < width; i++) target[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
}

void put_int(Buffer *buffer, int64_t value, int width) {
    store_big_endian(extend(buffer, (size_t)width), (uint64_t)value, width);
}

void put_bytes(Buffer *buffer, const void *data, size_t length) {
    memcpy(extend(buffer, length), data, length);
}

void put_unsigned_varint(Buffer *buffer, uint64_t value) {
    for (; value >= 0x80; value >>= 7) put_int(buffer, (int64_t)((value & 0x7F) | 0x80), 1);
    put_int(buffer, (int64_t)value, 1);
}

void put_varint(Buffer *buffer, int64_t value) {
    put_unsigned_varint(buffer, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));
}

void put_compact_string(Buffer *buffer, const char *text) {
    put_unsigned_varint(buffer, strlen(text) + 1);
    put_bytes(buffer, text, strlen(text));
}

void put_no_tags(Buffer *buffer) { put_int(buffer, 0, 1); }

/* ---- Reading: every read is bounded ------------------------------------------------------------ */

const uint8_t *take(Reader *reader, size_t bytes) {
    if ((size_t)(reader->end - reader->position) < bytes) die("a reply is shorter than its fields");
    const uint8_t *start = reader->position;
    reader->position += bytes;
    return start;
}

int64_t get_int(Reader *reader, int width) {
    const uint8_t *bytes = take(reader, (size_t)width);
    int64_t value = (int8_t)bytes[0];
    for (int i = 1; i < width; i++) value = (int64_t)((uint64_t)value << 8) | bytes[i];
    return value;
}

uint64_t get_unsigned_varint(Reader *reader) {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        uint8_t byte = *take(reader, 1);
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return value;
    }
    die("a reply holds a varint of more than 64 bits");
    return 0;
}

void skip_compact(Reader *reader) { /* a compact string or byte array; null counts as empty */
    uint64_t length = get_unsigned_varint(reader);
    if (length > 1) take(reader, length - 1);
}

void skip_tags(Reader *reader) {
    for (uint64_t count = get_unsigned_varint(reader); count > 0; count--) {
        get_unsigned_varint(reader);
        take(reader, get_unsigned_varint(reader));
    }
}

void expect_one(Reader *reader, const char *what) {
    uint64_t count = get_unsigned_varint(reader);
    if (count != 2) die("a reply holds %llu %s instead of 1", (unsigned long long)count - 1, what);
}
