/** The cards of the sandbox: one for each thing that can happen to a payment. */

/** How a card behaves when it is charged. */
export type CardBehavior =
  | { readonly kind: 'succeeds' }
  | { readonly kind: 'declines'; readonly code: string; readonly advice: string }
  /** Every charge waits until the customer has confirmed it. */
  | { readonly kind: 'needs_authentication' }
  /** Pays while the customer is there, and is declined at every later charge. */
  | { readonly kind: 'fails_later' }
  /** Pays while the customer is there, and cannot be charged again. */
  | { readonly kind: 'wallet' }

export interface TestCard {
  /** Digits only. */
  readonly number: string
  readonly label: string
  readonly brand: string
  readonly behavior: CardBehavior
}

const declines = (number: string, code: string, advice: string): TestCard => ({
  number,
  label: `Declined: ${code.replaceAll('_', ' ')}`,
  brand: 'visa',
  behavior: { kind: 'declines', code, advice },
})

export const TEST_CARDS: readonly TestCard[] = [
  { number: '4242424242424242', label: 'Pays', brand: 'visa', behavior: { kind: 'succeeds' } },
  declines('4000000000009995', 'insufficient_funds', 'later'),
  declines('4000000000000069', 'expired_card', 'with_customer'),
  declines('4000000000000002', 'do_not_honor', 'later'),
  declines('4000000000009987', 'lost_or_stolen', 'never'),
  declines('4100000000000019', 'fraud', 'never'),
  declines('4000000000006975', 'limit_exceeded', 'later'),
  declines('4000000000000119', 'processing_error', 'later'),
  {
    number: '4000002760003184',
    label: 'Pays after you confirmed',
    brand: 'visa',
    behavior: { kind: 'needs_authentication' },
  },
  {
    number: '4000000000000341',
    label: 'Pays now, declined at the next renewal',
    brand: 'visa',
    behavior: { kind: 'fails_later' },
  },
  {
    number: '9000000000000001',
    label: 'Wallet: pays, cannot be charged again',
    brand: 'wallet',
    behavior: { kind: 'wallet' },
  },
]

/** The card of a number as a customer types it, with spaces or dashes. */
export function testCard(number: string): TestCard | undefined {
  const digits = number.replace(/[\s-]/g, '')
  return TEST_CARDS.find((card) => card.number === digits)
}
