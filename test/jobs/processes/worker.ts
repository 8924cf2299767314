/** Work on an engine in a process of its own, which may be killed in the middle of a charge. */
import type { JobsTask, Report } from './tasks.ts'
import { once } from 'node:events'
import { type Bill, billing, type Gateway } from 'billwright'
import { instant } from 'billwright/core'
import { postgres } from 'billwright/postgres'
import { SANDBOX_WEBHOOK_SECRET, sandbox } from 'billwright/sandbox'
import { ENGINES } from '../engines.ts'
import { product } from './product.ts'

process.once('message', (task: JobsTask) => void run(task))
tell({ told: 'ready' })

function tell(report: Report): void {
  process.send?.(report)
}

async function run({ engine, server, queue, ...task }: JobsTask): Promise<void> {
  const site = await ENGINES.find(({ name }) => name === engine)?.open(server, queue)
  if (!site) throw new Error(`No engine is called ${engine}.`)
  const bill = billing({
    ...product,
    gateways: [gatewayOf(task)],
    storage: postgres(task.place),
    clock: { now: () => instant(task.now) },
    jobs: site.jobs,
  }) as Bill
  const stop = new AbortController()
  process.on('message', (word) => word === 'stop' && stop.abort())
  await bill.work({ signal: stop.signal, concurrency: 1, pollMs: 200 })
  await bill.close()
  await site.close()
  process.disconnect()
}

/** Waits with its first charge until it may go on; tells of each. */
function gatewayOf({ gatewayUrl, killAt }: Pick<JobsTask, 'gatewayUrl' | 'killAt'>): Gateway {
  const [secretKey, webhookSecret] = ['sk_test_shop_shop', SANDBOX_WEBHOOK_SECRET]
  const gateway = sandbox({ secretKey, webhookSecret, baseUrl: gatewayUrl })
  let charges = 0
  return {
    ...gateway,
    async perform(effect, context) {
      charges += 1
      tell({ told: 'performed', effect: effect.key })
      if (charges === 1) await once(process, 'message')
      const performed = await gateway.perform(effect, context)
      if (charges === killAt) process.kill(process.pid, 'SIGKILL')
      return performed
    },
  }
}
