/** The real thing: billing over the memory storage and the sandbox, with people in front of it. */
import type { HttpOptions } from 'billwright'
import { billing, flag, limit, meter, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { sandboxStage } from 'billwright/sandbox'
import { onTestFinished } from 'vitest'
import { asker, ORIGIN, PEOPLE } from './app.ts'

const listings = limit('listings')
const queries = meter('queries')

/** A shop that is closed when the test is over. */
export async function realShop(http: HttpOptions = {}) {
  const stage = await sandboxStage()
  onTestFinished(() => stage.close())
  const storage = memory()
  const bill = billing({
    plans: [
      plan('free', { default: true, includes: [listings(1), queries(2)] }),
      plan('pro', {
        price: monthly(49_00, 'USD'),
        quantity: { min: 1, max: 5 },
        includes: [listings(3), queries('unlimited'), flag('sso')()],
      }),
    ],
    gateways: [stage.gateway],
    storage,
    clock: stage.clock,
    identify: (request) => PEOPLE[request.headers.get('x-user') ?? ''] ?? null,
    authorize: ({ identity }) => identity.id === 'admin',
    http: { origins: [ORIGIN], usageWrites: true, ...http },
  })
  await bill.migrate()
  return { bill, stage, storage, ask: asker(bill.handle) }
}
