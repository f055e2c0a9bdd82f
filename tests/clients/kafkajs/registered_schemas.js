'use strict'
// Produces and consumes with kafkajs and its client of schema registries: a JSON line in, a JSON
// line out.

const { createInterface } = require('node:readline')
const { Kafka, logLevel } = require('kafkajs')
const { SchemaRegistry } = require('@kafkajs/confluent-schema-registry')

const connection = request => new Kafka({
  clientId: 'registered-schemas',
  brokers: [request.bootstrap_servers],
  logLevel: logLevel.NOTHING,
})

async function produce(request) {
  const registry = new SchemaRegistry({ host: request.registry })
  const subject = `${request.topic}-value`
  let id
  try {
    ({ id } = await registry.register({ type: request.format, schema: request.schema }, { subject }))
  } catch (error) {
    if (error.status === undefined) throw error
    return { refused: error.status }
  }
  const messages = await Promise.all(
    request.values.map(async value => ({ value: await registry.encode(id, value) })))
  const producer = connection(request).producer()
  await producer.connect()
  await producer.send({ topic: request.topic, messages })
  await producer.disconnect()
  return {}
}

async function consume(request) {
  const registry = new SchemaRegistry({ host: request.registry })
  const consumer = connection(request).consumer({ groupId: `readers of ${request.topic}`, maxWaitTimeInMs: 100 })
  const values = []
  await consumer.connect()
  await consumer.subscribe({ topics: [request.topic], fromBeginning: true })
  await new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    consumer.run({
      eachMessage: async ({ message }) => {
        values.push(await registry.decode(message.value))
        if (values.length === request.count) resolve()
      },
    }).catch(reject)
  })
  await consumer.disconnect()
  return { values }
}

const ACTIONS = { produce, consume }

async function main() {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line)
    const answer = await ACTIONS[request.do](request)
      .catch(error => ({ failed: `${error.name}: ${error.message}` }))
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
}

main()
