/** The same effect twice is one: sent again, sent at once, or looked for. */
import type { CaseDraft, Skipped } from './case.ts'
import type { Shop } from './shop.ts'
import { BillingError } from '../../errors.ts'
import { holds, same } from './check.ts'
import { keyedWrites, type Repeatable, recover, repeatables } from './repeatable.ts'
import { assertSameFacts } from './same-facts.ts'

export const dedupeCases: readonly CaseDraft[] = repeatables.flatMap((repeatable) => {
  const { name, renewals, needs } = repeatable
  const shared = { needs, ...(renewals ? { renewals } : {}) }
  return [
    {
      ...shared,
      name: `${name}, done twice, happens once and is told alike`,
      run: (shop: Shop) => twice(shop, repeatable),
    },
    {
      ...shared,
      name: `${name}, sent twice at once, happens once`,
      run: (shop: Shop) => atOnce(shop, repeatable),
    },
    {
      ...shared,
      name: `${name} is found by our reference, and not before it was done`,
      run: (shop: Shop) => found(shop, repeatable),
    },
  ]
})

async function twice(shop: Shop, { prepare, count }: Repeatable): Promise<undefined> {
  const effect = await prepare(shop)
  const before = await count(shop)
  const first = await shop.perform(effect)
  await shop.hear()
  const writes = keyedWrites(shop)
  const second = await recover(shop, effect, { code: 'outcome_unknown' })
  await shop.hear()
  same('what happened', await count(shop), before + 1)
  same('what the second leaves written', keyedWrites(shop), writes)
  if (!second) return
  const types = [...new Set(first.events.map(({ type }) => type))]
  assertSameFacts(types, { of: 'the first', ...first }, { of: 'the second', ...second })
  same('the page', second.page?.url, first.page?.url)
}

async function atOnce(
  shop: Shop,
  { prepare, count, kind }: Repeatable,
): Promise<Skipped | undefined> {
  const dedupe = shop.gateway.capabilities.dedupe[kind]
  // Without a key two at once cannot be told apart; the runtime's lease keeps them from happening.
  if (dedupe !== 'key') return { skipped: `capabilities.dedupe['${kind}'] is '${dedupe}'` }
  const effect = await prepare(shop)
  const before = await count(shop)
  const attempts = await Promise.allSettled([1, 2, 3].map(() => shop.perform(effect)))
  holds(
    'at least one is answered, and the others say that they are not',
    attempts.some(({ status }) => status === 'fulfilled') && attempts.every(isAnswerOrLater),
    attempts.map((each) => (each.status === 'rejected' ? String(each.reason) : each.status)),
  )
  const pages = attempts.map((each) => (each.status === 'fulfilled' ? each.value.page?.url : null))
  same('pages', new Set(pages.filter((url) => url !== null)).size, 1)
  await shop.hear()
  same('what happened', await count(shop), before + 1)
  const calls = keyedWrites(shop)
  same('calls that were made twice', calls.length - new Set(calls).size, 0)
  same('incidents', shop.customer.account.incidents, [])
  return undefined
}

async function found(shop: Shop, { prepare, kind }: Repeatable): Promise<Skipped | undefined> {
  const effect = await prepare(shop)
  const dedupe = shop.gateway.capabilities.dedupe[kind]
  const early = await shop.find(effect)
  // A cancel that was not asked for yet may be shown as the subscription is: that is no answer to it.
  same('what is found before', early, null)
  const done = await shop.perform(effect)
  await shop.hear()
  const late = await shop.find(effect)
  // What moves no money may leave nothing that could be found: an open page is in nobody's book.
  if (!late && (dedupe === 'key' || (dedupe === 'none' && kind === 'checkout.open')))
    return { skipped: `capabilities.dedupe['${kind}'] is '${dedupe}'` }
  holds('what was done is found', late !== null, late)
  const types = [...new Set(done.events.map(({ type }) => type))]
  assertSameFacts(types, { of: 'the reply', ...done }, { of: 'what is found', ...late })
  return undefined
}

function isAnswerOrLater(attempt: PromiseSettledResult<unknown>): boolean {
  if (attempt.status === 'fulfilled') return true
  const { reason } = attempt
  return BillingError.isInstance(reason) && reason.kind === 'unavailable'
}
