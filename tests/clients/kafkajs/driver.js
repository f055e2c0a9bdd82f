'use strict'
// Drives kafkajs: one JSON request per line in, one JSON answer per line out.
//
// kafkajs can only consume as a member of a group. To read an assigned partition this program uses
// the layer below its consumer: kafkajs's own cluster, fetch request and record decoder.

const { createInterface } = require('node:readline')
const { Kafka, CompressionTypes, CompressionCodecs, logLevel } = require('kafkajs')
const Cluster = require('kafkajs/src/cluster')
const socketFactory = require('kafkajs/src/network/socketFactory')
const { createLogger } = require('kafkajs/src/loggers')
const logToConsole = require('kafkajs/src/loggers/console')
const snappy = require('kafkajs-snappy')
const lz4 = require('lz4-napi')
const zstd = require('@bokuweb/zstd-wasm')

CompressionCodecs[CompressionTypes.Snappy] = snappy
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: encoder => lz4.compressFrame(encoder.buffer),
  decompress: buffer => lz4.decompressFrame(buffer),
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async encoder => Buffer.from(zstd.compress(encoder.buffer)),
  decompress: async buffer => Buffer.from(zstd.decompress(buffer)),
})

const COMPRESSIONS = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
}
const TIMEOUT_MS = 30000
const FETCH_MAX_BYTES = 10485760

const encode = bytes => (bytes === null || bytes === undefined ? null : bytes.toString('base64'))
const decode = text => (text === null ? null : Buffer.from(text, 'base64'))
const connection = request => new Kafka({
  clientId: 'driver',
  brokers: [request.bootstrap_servers],
  logLevel: logLevel.NOTHING,
})

function headersByName(headers) {
  const byName = {}
  for (const [name, value] of headers) (byName[name] ??= []).push(decode(value))
  return byName
}

function headersInOrder(byName) {
  return Object.entries(byName).flatMap(([name, values]) =>
    [values].flat().map(value => [name, encode(value)]))
}

async function using(resource, work) {
  await resource.connect()
  try {
    return await work(resource)
  } finally {
    await resource.disconnect()
  }
}

async function createTopic(request) {
  const topic = {
    topic: request.topic,
    numPartitions: request.partitions,
    configEntries: Object.entries(request.configs).map(([name, value]) => ({ name, value })),
  }
  await using(connection(request).admin(), admin =>
    admin.createTopics({ topics: [topic], waitForLeaders: true }))
  return {}
}

async function produce(request) {
  const producer = connection(request).producer({
    idempotent: request.is_idempotent,
    retry: { retries: request.is_idempotent ? Number.MAX_SAFE_INTEGER : 5 },
  })
  const messages = request.messages.map(message => ({
    key: decode(message.key),
    value: decode(message.value),
    headers: headersByName(message.headers),
    timestamp: String(message.timestamp_ms),
    partition: request.partition,
  }))
  try {
    const [sent] = await using(producer, () => producer.send({
      topic: request.topic,
      acks: request.acks,
      compression: COMPRESSIONS[request.compression],
      messages,
    }))
    const first = sent === undefined ? -1 : Number(sent.baseOffset)
    return { offsets: messages.map((_, index) => (first < 0 ? -1 : first + index)) }
  } catch (error) {
    if (error.type === undefined) throw error
    return { refused: error.type }
  }
}

async function consume(request) {
  const cluster = new Cluster({
    logger: createLogger({ level: logLevel.NOTHING, logCreator: logToConsole }),
    socketFactory: socketFactory(),
    brokers: () => [request.bootstrap_servers],
    clientId: 'driver',
    connectionTimeout: 5000,
    metadataMaxAge: 300000,
    isolationLevel: 1,
  })
  const messages = []
  const deadline = Date.now() + TIMEOUT_MS
  await using(cluster, async () => {
    await cluster.addTargetTopic(request.topic)
    const [{ leader }] = cluster
      .findTopicPartitionMetadata(request.topic)
      .filter(({ partitionId }) => partitionId === request.partition)
    const broker = await cluster.findBroker({ nodeId: leader })
    while (messages.length < request.count) {
      if (Date.now() > deadline) throw new Error('no record arrived in time')
      messages.push(...await fetchFrom(broker, request, nextOffset(messages)))
    }
  })
  return { messages: messages.map(toJson) }
}

const nextOffset = messages =>
  messages.length === 0 ? 0 : Number(messages[messages.length - 1].offset) + 1

async function fetchFrom(broker, request, fetchOffset) {
  const partitions = [{ partition: request.partition, fetchOffset, maxBytes: FETCH_MAX_BYTES }]
  const { responses } = await broker.fetch({
    maxWaitTime: 1000,
    minBytes: 1,
    maxBytes: FETCH_MAX_BYTES,
    isolationLevel: 1,
    topics: [{ topic: request.topic, partitions }],
  })
  return responses[0].partitions[0].messages.filter(({ offset }) => Number(offset) >= fetchOffset)
}

const toJson = message => ({
  offset: Number(message.offset),
  timestamp_ms: Number(message.timestamp),
  key: encode(message.key),
  value: encode(message.value),
  headers: headersInOrder(message.headers),
})

async function offsetForTime(request) {
  const found = await using(connection(request).admin(), admin =>
    admin.fetchTopicOffsetsByTimestamp(request.topic, request.timestamp_ms))
  const ends = await using(connection(request).admin(), admin =>
    admin.fetchTopicOffsets(request.topic))
  const ofPartition = offsets => offsets.find(({ partition }) => partition === request.partition)
  const offset = Number(ofPartition(found).offset)
  // kafkajs answers "no such record" with the end offset.
  return { offset: offset === Number(ofPartition(ends).high) ? null : offset }
}

const ACTIONS = {
  create_topic: createTopic,
  produce,
  consume,
  offset_for_time: offsetForTime,
}

async function main() {
  await zstd.init()
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    const answer = await ACTIONS[request.do](request)
      .catch(error => ({ failed: `${error.name}: ${error.message}` }))
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}

main()
