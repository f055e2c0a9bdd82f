/* The command line of the loader; loader.h says what the program is. */
#include "loader.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

static const struct option OPTIONS[] = {
    {"port", required_argument, NULL, 'p'},         {"topic", required_argument, NULL, 't'},
    {"partitions", required_argument, NULL, 'P'},   {"connections", required_argument, NULL, 'c'},
    {"in-flight", required_argument, NULL, 'i'},    {"value-bytes", required_argument, NULL, 'v'},
    {"batch-bytes", required_argument, NULL, 'b'},  {"acks", required_argument, NULL, 'a'},
    {"fetch-bytes", required_argument, NULL, 'f'},  {"start-offset", required_argument, NULL, 'o'},
    {"seconds", required_argument, NULL, 's'},      {"max-bytes", required_argument, NULL, 'B'},
    {"max-requests", required_argument, NULL, 'R'}, {"idle-connections", required_argument, NULL, 'I'},
    {"check-crc", no_argument, NULL, 'C'},          {NULL, 0, NULL, 0},
};

static void set_option(Options *options, int name, const char *value) {
    switch (name) {
    case 'p': options->port = atoi(value); break;
    case 't': options->topic = value; break;
    case 'P': options->partitions = atoi(value); break;
    case 'c': options->connections = atoi(value); break;
    case 'i': options->in_flight = atoi(value); break;
    case 'v': options->value_bytes = atoi(value); break;
    case 'b': options->batch_bytes = atoi(value); break;
    case 'a': options->acks = atoi(value); break;
    case 'f': options->fetch_bytes = atoi(value); break;
    case 'o': options->start_offset = atoll(value); break;
    case 's': options->seconds = atof(value); break;
    case 'B': options->max_bytes = atoll(value); break;
    case 'R': options->max_requests = atoll(value); break;
    case 'I': options->idle_connections = atoi(value); break;
    case 'C': options->check_crc = true; break;
    default: exit(2);
    }
}

static Options parse_options(int argc, char **argv) {
    Options options = {.partitions = 1, .connections = 1, .in_flight = 1, .value_bytes = 100, .batch_bytes = 0,
                       .acks = 1, .fetch_bytes = 1 << 20, .seconds = 1, .max_bytes = INT64_MAX,
                       .max_requests = INT64_MAX, .topic = "bench"};
    for (int name; (name = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) set_option(&options, name, optarg);
    if (options.connections < 1 || options.connections > MAX_CONNECTIONS)
        die("--connections %d is not between 1 and %d", options.connections, MAX_CONNECTIONS);
    if (options.in_flight < 1 || options.partitions < 1 || options.value_bytes < 1)
        die("--in-flight, --partitions and --value-bytes start at 1");
    if (options.idle_connections < 0 || options.idle_connections >= MAX_SINK_CONNECTIONS - MAX_CONNECTIONS)
        die("--idle-connections %d is not between 0 and %d", options.idle_connections,
            MAX_SINK_CONNECTIONS - MAX_CONNECTIONS - 1);
    if (options.acks != 1 && options.acks != -1) die("--acks %d is neither 1 nor -1 (all)", options.acks);
    return options;
}

int main(int argc, char **argv) {
    const char *mode = argc > 1 ? argv[1] : "";
    fill_crc_table();
    Options options = parse_options(argc > 1 ? argc - 1 : argc, argc > 1 ? argv + 1 : argv);
    if (strcmp(mode, "produce") == 0)
        run_load(&options, PRODUCE);
    else if (strcmp(mode, "fetch") == 0)
        run_load(&options, FETCH);
    else if (strcmp(mode, "commit") == 0)
        run_load(&options, COMMIT);
    else if (strcmp(mode, "sink") == 0)
        run_sink(&options);
    else
        die("the first argument is produce, fetch, commit or sink, not '%s'", mode);
    return 0;
}
