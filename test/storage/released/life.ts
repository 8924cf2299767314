/**
 * What a released version left in a database, and what it told of it: the product, the life of two
 * customers, and the questions. Frozen with the release; a later version gets a life of its own.
 */
import { type Bill, coupon, limit, meter, monthly, plan } from 'billwright'
import { openShop, type Product, type Shop } from '../../support/shop.ts'

const listings = limit('listings')
const words = meter('words')

export const product: Product = {
  plans: [
    plan('basic', {
      rank: 1,
      price: monthly(49_00, 'USD'),
      includes: [listings(1), words(1_000)],
    }),
    plan('professional', {
      rank: 2,
      price: monthly(99_00, 'USD'),
      includes: [listings(3), words(5_000)],
    }),
  ],
  coupons: [coupon('PARTNER20', { percent: 20, duration: { periods: 3 } })],
  proration: { granularity: 'day30' },
  dunning: { graceDays: 7, endAfterDays: 14 },
  invoiceNumbers: { series: () => 'R', format: (series, number) => `${series}-${number}` },
}

/** When the life ends. */
export const END = '2026-03-10'

/** Lives it: an upgrade in the middle of a period, a scheduled downgrade, and an unpaid renewal. */
export async function live(storage: Shop['storage']): Promise<void> {
  const shop = await openShop({ product, start: '2026-01-15', storage })
  const { bill } = shop
  const buys = async (customer: string, id: string, card: string, code?: string) => {
    const bought = await bill.subscribe(customer, id, code ? { coupon: code } : {})
    if (!('url' in bought)) throw new Error('There is no page to pay on')
    await shop.pay(bought.url, card)
    await shop.quiet()
  }
  await buys('ada', 'basic', 'succeeds', 'PARTNER20')
  await buys('bob', 'basic', 'fails_later')
  await bill.use('ada', 'words', 700, { idempotencyKey: 'first text' })
  await shop.at('2026-01-30')
  await bill.changePlan('ada', 'professional', { idempotencyKey: 'up' })
  await shop.quiet()
  await bill.use('ada', 'listings')
  await shop.at('2026-02-15')
  await shop.at('2026-02-23')
  await bill.changePlan('ada', 'basic', { direction: 'downgrade' })
  await shop.at(END)
}

/** What the app shows of a customer. */
export async function told(bill: Bill, customer: string) {
  const page = { limit: 100 }
  return {
    status: await bill.status(customer),
    entitlements: Object.fromEntries(
      await Promise.all(
        ['listings', 'words'].map(async (name) => [
          name,
          (await bill.entitlements(customer)).get(name),
        ]),
      ),
    ),
    transactions: await bill.transactions(customer, page),
    invoices: await bill.invoices(customer, page),
    journal: await bill.journal(customer, page),
    notices: await bill.notices(customer, page),
    report: await bill.report({ from: new Date('2026-01-01'), to: new Date('2026-04-01') }),
  }
}
