/** The work of `bill.work()` as jobs of BullMQ, for a team that runs it already. */
import type { JobEngine } from 'billwright'
import { type ConnectionOptions, type JobsOptions, Queue, type QueueOptions, Worker } from 'bullmq'

export interface BullmqOptions {
  /** As for any queue of BullMQ. A client that the app made stays open; what was made here is closed. */
  readonly connection: ConnectionOptions
  /** The name of the queue. Default `billwright`. */
  readonly queue?: string
  /** Of the keys in Redis. Default: BullMQ's own, `bull`. */
  readonly prefix?: string
}

/** A job engine for `billing({ jobs })` on the app's own Redis: one queue, in which one job waits. */
export function bullmq(options: BullmqOptions): JobEngine {
  const { connection, queue: name = 'billwright', prefix = 'bull' } = options
  let opened: Queue | null = null
  const queue = () => {
    opened ??= open(name, { connection, prefix })
    return opened
  }
  return {
    name: 'BullMQ',
    async send() {
      await queue().add('look', {}, JOB)
    },
    serve({ perform, failed }) {
      const worker = new Worker(
        name,
        async (job) => {
          // From now on another may wait, so that no commit goes unheard.
          await job.removeDeduplicationKey()
          await perform()
        },
        { connection, prefix },
      )
      worker.on('error', failed)
      return () => worker.close()
    },
    async close() {
      await opened?.close()
      opened = null
    },
  }
}

/** How a job is kept. It is not tried again: the next one finds the same work. */
const JOB = {
  deduplication: { id: 'look' },
  removeOnComplete: { count: 100 },
  removeOnFail: { count: 1_000 },
} satisfies JobsOptions

function open(name: string, options: QueueOptions): Queue {
  const queue = new Queue(name, options)
  // What keeps it from being asked is told to whoever asks; BullMQ would print each attempt.
  queue.on('error', () => {})
  return queue
}
