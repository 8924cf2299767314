/** An app that bills through PayMongo's emulator: its billing object, and webhooks as a test wants them. */
import type { WebhookRequest } from 'billwright'
import { type Bill, billing } from 'billwright'
import { memory } from 'billwright/memory'
import { CAPABILITIES } from '../../../adapters/gateways/paymongo/capabilities.ts'
import {
  type PaymongoStage,
  type PaymongoStageOptions,
  paymongoStage,
} from '../../../adapters/gateways/paymongo/testing.ts'
import { scenarioProduct } from '../../../src/testing/scenarios.ts'

export const DAY = 86_400_000

export interface App {
  readonly stage: PaymongoStage
  readonly bill: Bill
  /** Delivers what was told since the last time, and does what follows. */
  settle(): Promise<void>
  /** Time passes, a webhook comes and the worker runs. */
  pass(milliseconds: number): Promise<void>
  /** Subscribes and gives the address of the page. */
  open(customer: string, plan: 'basic' | 'pro'): Promise<string>
}

/** Opens an app with nothing sold yet. A month of `basic` costs 200.00, of `pro` 400.00. */
export async function openApp(options: PaymongoStageOptions = {}): Promise<App> {
  const stage = await paymongoStage(options)
  const { clock, gateway } = stage
  const storage = memory()
  await storage.migrate()
  const bill = billing({
    ...scenarioProduct({ capabilities: CAPABILITIES }),
    ...{ gateways: [gateway], storage, clock },
    customer: async (id: string) => ({ id, email: `${id}@example.com`, name: id }),
  }) as Bill
  let delivered = 0
  const app: App = {
    stage,
    bill,
    async settle() {
      const webhooks = stage.webhooks()
      for (; delivered < webhooks.length; delivered += 1)
        await receive(app, webhooks[delivered] as WebhookRequest)
      await bill.work({ once: true })
    },
    async pass(milliseconds) {
      await stage.advance(clock.now() + milliseconds)
      await app.settle()
    },
    async open(customer, plan) {
      const opened = await bill.subscribe(customer, plan)
      return 'url' in opened ? opened.url : ''
    },
  }
  return app
}

export async function receive(
  { bill, stage }: App,
  { headers, body }: WebhookRequest,
): Promise<void> {
  await bill.receive(stage.gateway.name, { headers, body })
}
