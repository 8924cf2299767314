/** When the network or the vendor fails: nothing is claimed that is not so, and nothing happens twice. */
import type { StageFault } from '../stage.ts'
import type { CaseDraft } from './case.ts'
import { errorOf, holds, same } from './check.ts'
import { assertNoSecret } from './no-secret.ts'
import { keyedWrites, type Repeatable, recover, repeatables } from './repeatable.ts'
import { minuteAfter, type Shop } from './shop.ts'

const FAULTS: Readonly<Record<StageFault, string>> = {
  '429': 'too many requests',
  '500_before': 'an error of the vendor that did nothing',
  '500_after': 'an error of the vendor that did it',
  lost_reply: 'a reply that is lost',
  hang: 'a reply that comes too late',
  refused_connection: 'a connection that is refused',
}

/** What everybody can tell was not done. The others look alike from here. */
const CERTAIN: readonly StageFault[] = ['429', 'refused_connection']

/** How long a call may take in a case; the vendor that hangs takes longer. */
const PATIENCE_MS = 50

export const faultCases: readonly CaseDraft[] = repeatables.flatMap((repeatable) =>
  (Object.keys(FAULTS) as StageFault[]).map((fault) => ({
    name: `${repeatable.name} happens once after ${FAULTS[fault]}`,
    ...(repeatable.renewals ? { renewals: repeatable.renewals } : {}),
    needs: repeatable.needs,
    run: (shop: Shop) => onceAfter(shop, repeatable, fault),
  })),
)

async function onceAfter(
  shop: Shop,
  repeatable: Repeatable,
  fault: StageFault,
): Promise<undefined> {
  const { prepare, count, kind } = repeatable
  const { gateway, stage } = shop
  const effect = await prepare(shop)
  const before = await count(shop)
  stage.fault(fault)
  const signal = fault === 'hang' ? AbortSignal.timeout(PATIENCE_MS) : new AbortController().signal
  const what = `${kind} after ${FAULTS[fault]}`
  const error = await errorOf(what, () => gateway.perform(effect, shop.context(1, signal)))
  same(`the kind of error of ${what}`, error.kind, 'unavailable')
  assertNoSecret(what, error, stage.secrets)
  if (CERTAIN.includes(fault)) same(`the code of ${what}`, error.code, 'gateway_unavailable')
  const codes = ['gateway_unavailable', 'outcome_unknown']
  holds(`the code of ${what} says what is known`, codes.includes(error.code), error.code)
  await shop.advance(minuteAfter(stage.clock.now()))
  if (error.code === 'gateway_unavailable')
    same(`what happened of ${what}, which says that it was not done`, await count(shop), before)
  const recovered = await recover(shop, effect, error)
  await shop.hear()
  const happened = await count(shop)
  if (recovered === null) {
    // Neither shown nor ever sent again: a person decides, and it has happened once at most.
    holds(`${what} happened once at most`, happened - before <= 1, happened)
    return
  }
  same(`what happened of ${what}, tried again`, happened, before + 1)
  const writes = keyedWrites(shop)
  await recover(shop, effect, { code: 'outcome_unknown' })
  same(`what a third attempt of ${what} leaves written`, keyedWrites(shop), writes)
  same(`what happened of ${what}, tried a third time`, await count(shop), before + 1)
  if (kind === 'checkout.open') await payOnce(shop, recovered.page?.url)
  same('incidents', shop.customer.account.incidents, [])
}

/** The page that came of it can be paid, once. */
async function payOnce(shop: Shop, url: string | undefined): Promise<void> {
  holds('the checkout has a page in the end', url !== undefined, url)
  await shop.stage.pay({ url })
  await shop.hear()
  shop.subscription()
  same('charges in the book', shop.book().charges.length, 1)
}
