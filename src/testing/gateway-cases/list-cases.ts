/** Reconciliation after webhooks were lost: the list tells what they would have told. */
import type { GatewayEvent } from '../../core/index.ts'
import type { CaseDraft } from './case.ts'
import { holds, same } from './check.ts'
import { all, assertSameFacts } from './same-facts.ts'
import { minuteAfter, type Shop } from './shop.ts'

const LASTING: readonly GatewayEvent['type'][] = [
  'checkout.completed',
  'payment.succeeded',
  'payment.refunded',
  'payment.disputed',
  'subscription.observed',
]

export const listCases: readonly CaseDraft[] = (['billwright', 'gateway'] as const).map(
  (renewals) => ({
    name: `the list tells everything that the webhooks told (${renewals} renews)`,
    renewals,
    run: listTellsAll,
  }),
)

async function listTellsAll(shop: Shop) {
  if (shop.gateway.list === null) return { skipped: 'list is null' }
  const since = shop.stage.clock.now()
  await shop.buy()
  await live(shop)
  const listed = { of: 'the list', events: await readList(shop, since) }
  const told = LASTING.filter((type) => all(shop.told, type).length > 0)
  holds('the webhooks told something', told.length > 0, shop.told)
  assertSameFacts(told, { of: 'the webhooks', events: shop.told }, listed)
  same('incidents', shop.customer.account.incidents, [])
  return undefined
}

/** Two more periods, and a refund where there are any. */
async function live(shop: Shop): Promise<void> {
  for (const _ of [1, 2]) {
    for (const effect of await shop.advance(shop.subscription().period.end))
      if (effect.kind === 'payment.collect') await shop.perform(effect)
    await shop.hear()
  }
  const payment = shop.customer.account.payments[0]
  if (payment && shop.gateway.capabilities.refunds !== 'no')
    await shop.perform(shop.ask({ type: 'refund', payment }))
  await shop.advance(minuteAfter(shop.stage.clock.now()))
  await shop.hear()
}

async function readList(shop: Shop, since: number): Promise<readonly GatewayEvent[]> {
  const { list } = shop.gateway
  const events: GatewayEvent[] = []
  const cursors = new Set<string>()
  const query = { since: since as ReturnType<typeof shop.stage.clock.now> }
  for (let cursor: string | null = null; list; ) {
    const page: Awaited<ReturnType<typeof list>> = await list({ ...query, cursor }, shop.context())
    events.push(...page.items.flatMap((item) => item.events))
    if (page.cursor === null) break
    holds('the list comes to an end', !cursors.has(page.cursor), page.cursor)
    cursors.add(page.cursor)
    cursor = page.cursor
  }
  return events
}
