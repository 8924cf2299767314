/** A worker in a process of its own, which may be killed before any statement. */
import type { Report, WorkerTask } from './tasks.ts'
import { type Bill, billing } from 'billwright'
import { instant } from 'billwright/core'
import { SANDBOX_WEBHOOK_SECRET, sandbox } from 'billwright/sandbox'
import { openAt } from '../../storage/processes/open-at.ts'
import { product } from './product.ts'

process.on('message', (task: WorkerTask) => void work(task))
tell({ told: 'ready' })

function tell(report: Report): void {
  process.send?.(report)
}

async function work({ place, gatewayUrl, now, killBefore }: WorkerTask): Promise<void> {
  let statements = 0
  const storage = openAt(place, () => {
    statements += 1
    if (statements === killBefore) process.kill(process.pid, 'SIGKILL')
  })
  const bill = billing({
    ...product,
    gateways: [
      sandbox({
        secretKey: 'sk_test_shop_shop',
        webhookSecret: SANDBOX_WEBHOOK_SECRET,
        baseUrl: gatewayUrl,
      }),
    ],
    storage,
    clock: { now: () => instant(now) },
  }) as Bill
  await bill.work({ once: true })
  await bill.close()
  tell({ told: 'done' })
}
