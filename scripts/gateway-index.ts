/**
 * The table of `docs/gateways/index.md`: operation by operation, what each gateway does itself and how,
 * and what the core does in its place. Who does it comes from what each adapter declares; the words say
 * how. `npx tsx scripts/gateway-index.ts` writes it; a test fails when the page says something else.
 */
import type { Operation, Support } from 'billwright'
import { type PageBlock, runScript } from './page-block.ts'
import { GATEWAYS, OPERATIONS, WORDS } from './readme-tables.ts'

type Words = Readonly<Partial<Record<Operation, string>>>

/** How a gateway does it itself, by its entry. */
const NATIVE: Readonly<Record<string, Words>> = {
  'billwright/stripe': {
    trial_upfront: 'a trial on the Checkout page; Stripe charges at its end',
    extend_trial: 'another `trial_end`, without proration',
    change_now: 'an update that is pending until its invoice is paid; Stripe prorates',
    change_scheduled:
      'same interval: an update without proration, the old entitlements kept here until the boundary; another interval: a subscription schedule',
    cancel_at_period_end: '`cancel_at_period_end`, or `cancel_at` for a date',
    pause: 'its own pause; nothing is billed meanwhile',
    quantity: 'the quantity of the item; Stripe prorates',
    add_ons: 'one item each beside the plan',
    coupons: 'a discount on the subscription, with the periods that are left',
    update_payment_method:
      'its page for another card, which becomes the default and pays what is owed',
    retry_payment: 'its open invoice is paid again',
  },
  'billwright/dodo': {
    trial_upfront: 'trial days on the checkout; Dodo charges at their end',
    extend_trial: 'another next billing date',
    change_now: 'a change of plan that waits for its payment; Dodo prorates',
    change_scheduled: 'a change of plan for the next billing date',
    cancel_at_period_end: '`cancel_at_next_billing_date`',
    pause: 'the status `paused`; the billing date moves by the time of it',
    quantity: 'a change of plan to the same product',
    add_ons: 'the add-ons of the product, sent with every change',
    coupons: 'a discount code for a number of cycles',
    update_payment_method: 'its page for another method, which also pays what is owed',
  },
  'billwright/paymongo': {},
  'billwright/paystack': {},
}

/** How the core does it where the gateway can't, or where its clock is not used. */
const CORE: Readonly<Record<Operation, string>> = {
  trial_upfront: 'the card is saved first and charged when the trial ends',
  extend_trial: 'the first charge waits for the new end',
  change_now: 'the difference is charged or sent as a page; the change is true once it is paid',
  change_scheduled: 'kept as the one scheduled change, applied at the boundary',
  cancel_at_period_end: 'the next period is not charged',
  pause: 'no access and no charge until it ends; what is unused is credit',
  quantity: 'more at once and paid, fewer at the boundary',
  add_ons: 'priced like the plan; fewer at the boundary',
  coupons: 'taken off each invoice, counted down by the periods they paid',
  account_credit: 'taken off the next invoices until it is used up',
  update_payment_method: 'the smallest charge on a page, which comes back',
  retry_payment: 'the open invoice is charged again, or its page is the way to pay',
}

const NO: Readonly<Partial<Record<Operation, string>>> = {
  account_credit: 'its invoices would not know of it; a refund or a coupon is the way',
  trial_upfront: 'a trial without a card works',
  update_payment_method: 'nothing is saved; the open page is the way to pay',
  retry_payment: 'saving another card makes it try again',
}

/** The gateways that people pay through, each with the clock it has by default. */
const SHOWN = Object.keys(NATIVE).map((entry) => {
  const found = GATEWAYS.find((each) => each.entry === entry)
  if (!found) throw new Error(`No gateway has the entry ${entry}`)
  const theirs = found.open('gateway')
  return { found, words: NATIVE[entry] ?? {}, gateway: theirs }
})

function cell(support: Support, operation: Operation, words: Words, entry: string): string {
  const how = support === 'native' ? words[operation] : { core: CORE, no: NO }[support][operation]
  if (how === undefined) throw new Error(`How is ${operation} ${support} at ${entry}?`)
  if (support !== 'native' && words[operation] !== undefined)
    throw new Error(`${entry} does not do ${operation} itself`)
  return `**${support}**: ${how}`
}

function make(): string {
  const columns = SHOWN.map(({ found, words, gateway }) => {
    const { renewals, capabilities, document } = gateway
    const { operations, savedMethods, paymentLinks, currencies, refunds, amounts } = capabilities
    const link = found.docs.replace('docs/gateways/', '')
    return [
      `[${found.name}](${link})`,
      '---',
      renewals === 'gateway'
        ? '**native**: its own subscription; its word moves the period'
        : `**core**: each period ${savedMethods ? 'charges the saved card' : 'is paid on a page'}`,
      ...OPERATIONS.map((each) => cell(operations[each], each, words, found.entry)),
      refunds,
      savedMethods ? 'yes' : 'no: a page for each period',
      paymentLinks ? 'yes' : 'no',
      document ? 'yes, as a link' : 'no',
      currencies === 'any' ? 'any' : currencies.join(', '),
      amounts === 'exact' ? 'exactly what was asked' : 'may add tax or convert',
    ]
  })
  const heads = [
    ...['', '---', 'renewal', ...OPERATIONS.map((each) => WORDS[each])],
    ...[
      'refunds',
      'charges a saved card',
      'payment links',
      'invoice documents',
      'currencies',
      'amounts',
    ],
  ]
  return heads
    .map((head, row) => `| ${[head, ...columns.map((column) => column[row])].join(' | ')} |`)
    .join('\n')
}

export const gatewayIndex = {
  page: 'docs/gateways/index.md',
  name: 'native and core, written by scripts/gateway-index.ts',
  make,
} satisfies PageBlock

runScript(import.meta.url, gatewayIndex)
