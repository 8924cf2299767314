/** Somebody buys a plan: the checkout is opened over HTTP, its page is paid, the webhooks come. */
import type { AnyShop, Reply, Visitor } from '../../support/shop.ts'

export interface BuyOptions {
  /** How the card behaves. Default: it pays. */
  readonly card?: string
  /** What the call says besides the plan. */
  readonly body?: Readonly<Record<string, unknown>>
}

/** Buys and lets everything arrive; answers with what the call for the checkout answered. */
export async function buy(
  shop: AnyShop,
  visitor: Visitor,
  plan: string,
  { card = 'succeeds', body = {} }: BuyOptions = {},
): Promise<Reply> {
  const opened = await visitor.post('/checkout', { plan, ...body })
  if (opened.body.status !== 'redirect')
    throw new Error(`No page to pay on: ${JSON.stringify(opened.body)}`)
  await shop.pay(opened.body.url, card)
  await shop.quiet()
  return opened
}

/** An instant as the API writes it. */
export function day(date: string): string {
  return new Date(date).toISOString()
}
