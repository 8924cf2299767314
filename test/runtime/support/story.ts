/** Stories as acts: what a customer, the gateway's webhooks and the worker do, one after the other. */
import type { Bill, CommandOutcome } from 'billwright'
import type { Plant } from './plant.ts'
import { ADA } from './judge.ts'

export interface Scene {
  readonly plant: Plant
  bill: Bill
  /** The last page and reference that a command answered with. */
  page: string
  reference: string
}

export interface Act {
  readonly name: string
  /** `key` is the same when the act is done again. */
  run(scene: Scene, key: string): Promise<unknown>
}

type Options = { readonly idempotencyKey: string }

/** A command of the app, under an idempotency key. */
export function ask(
  name: string,
  command: (bill: Bill, options: Options) => Promise<CommandOutcome>,
): Act {
  return {
    name,
    async run(scene, idempotencyKey) {
      const outcome = await command(scene.bill, { idempotencyKey })
      if (outcome.status === 'redirect' && 'url' in outcome) {
        scene.page = outcome.url
        if (outcome.reference !== null) scene.reference = outcome.reference
      }
      return outcome
    },
  }
}

export const register = ask('register', (bill, options) => bill.register(ADA, options))

export function subscribe(plan: string, more: object = {}): Act {
  return ask(`subscribe ${plan}`, (bill, options) =>
    bill.subscribe(ADA, plan, { ...more, ...options }),
  )
}

export function change(plan: string): Act {
  return ask(`change to ${plan}`, (bill, options) => bill.changePlan(ADA, plan, options))
}

export const cancel = ask('cancel', (bill, options) => bill.cancel(ADA, options))
export const resume = ask('resume', (bill, options) => bill.resume(ADA, options))
export const retry = ask('retry', (bill, options) => bill.retryPayment(ADA, options))
export const newCard = ask('card', (bill, options) => bill.updatePaymentMethod(ADA, options))

/** The customer pays on the page that was opened last. */
export function pay(card = 'succeeds'): Act {
  return { name: `pay (${card})`, run: ({ plant, page }) => plant.pay(page, card) }
}

export const verify: Act = {
  name: 'verify',
  run: ({ bill, reference }) => bill.verify(reference),
}

/** The gateway delivers what waits. */
export const mail: Act = { name: 'mail', run: ({ plant, bill }) => plant.deliver(bill) }

export const work: Act = { name: 'work', run: ({ bill }) => bill.work({ once: true }) }

export function at(time: string): Act {
  return { name: `at ${time}`, run: ({ plant }) => plant.at(time) }
}

/** Plays acts without trouble. */
export async function play(scene: Scene, acts: readonly Act[], from = 0): Promise<void> {
  for (const [i, act] of acts.entries()) await act.run(scene, `key-${from + i}`)
}

export const bought = (plan: string, card?: string): readonly Act[] => [
  register,
  subscribe(plan),
  pay(card),
  mail,
  work,
]
