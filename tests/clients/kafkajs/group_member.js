'use strict'
// A member of a group: reads, commits, and tells what happens; see group_member.py.
//
// kafkajs brings an assigner that no other client knows, so that it could not share a group with
// one; this one speaks "range", as all the others do.

const { Kafka, AssignerProtocol, logLevel } = require('kafkajs')

const options = JSON.parse(process.argv[2])
const tell = event => process.stdout.write(JSON.stringify(event) + '\n')

const range = ({ cluster }) => ({
  name: 'range',
  version: 0,
  protocol({ topics }) {
    const metadata = AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData: Buffer.alloc(0) })
    return { name: 'range', metadata }
  },
  async assign({ members, topics }) {
    const ids = members.map(member => member.memberId).sort()
    const assignment = Object.fromEntries(ids.map(id => [id, {}]))
    for (const topic of topics) {
      const partitions = cluster.findTopicPartitionMetadata(topic).map(each => each.partitionId).sort()
      const most = Math.ceil(partitions.length / ids.length)
      const larger = partitions.length - (most - 1) * ids.length
      ids.forEach((id, index) => {
        assignment[id][topic] = partitions.splice(0, index < larger ? most : most - 1)
      })
    }
    return ids.map(memberId => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 0, assignment: assignment[memberId], userData: Buffer.alloc(0),
      }),
    }))
  },
})

async function main() {
  const kafka = new Kafka({ brokers: [options.bootstrap_servers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({
    groupId: options.group,
    partitionAssigners: [range],
    sessionTimeout: options.session_timeout_ms,
    heartbeatInterval: 500,
    maxWaitTimeInMs: 100,
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    tell({ assigned: [...(payload.memberAssignment[options.topic] ?? [])].sort() }))
  process.on('SIGTERM', async () => {
    await consumer.disconnect()
    process.exit(0)
  })
  await consumer.connect()
  await consumer.subscribe({ topics: [options.topic], fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch, resolveOffset }) => {
      for (const message of batch.messages) {
        tell({ record: [batch.partition, Number(message.offset)] })
        resolveOffset(message.offset)
      }
      const offset = Number(batch.lastOffset()) + 1
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: String(offset) }])
      tell({ committed: [batch.partition, offset] })
    },
  })
}

main()
