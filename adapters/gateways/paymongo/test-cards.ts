/** PayMongo's test cards, and the wallets whose page asks whether to go on. */

/** How a card behaves when it pays. */
export type PaymongoCardBehavior =
  | { readonly kind: 'succeeds' }
  | { readonly kind: 'declines'; readonly code: string }
  /** Its bank asks the customer, who may refuse. */
  | { readonly kind: 'needs_authentication' }
  /** Its bank asks, and declines after that. */
  | { readonly kind: 'fails_after_authentication' }

export interface PaymongoTestCard {
  /** Digits only. */
  readonly number: string
  readonly label: string
  readonly behavior: PaymongoCardBehavior
}

const declines = (number: string, code: string): PaymongoTestCard => ({
  number,
  label: `Declined: ${code.replaceAll('_', ' ')}`,
  behavior: { kind: 'declines', code },
})

export const PAYMONGO_TEST_CARDS: readonly PaymongoTestCard[] = [
  { number: '4343434343434345', label: 'Pays', behavior: { kind: 'succeeds' } },
  {
    number: '4120000000000007',
    label: 'Pays after you confirmed',
    behavior: { kind: 'needs_authentication' },
  },
  {
    number: '5234000000000106',
    label: 'Declined after you confirmed',
    behavior: { kind: 'fails_after_authentication' },
  },
  declines('5100000000000198', 'insufficient_funds'),
  declines('4200000000000018', 'card_expired'),
  declines('4111111111111111', 'generic_decline'),
]

/** The card of a number as a customer types it, with spaces or dashes. */
export function testCard(number: string): PaymongoTestCard | undefined {
  const digits = number.replace(/[\s-]/g, '')
  return PAYMONGO_TEST_CARDS.find((card) => card.number === digits)
}
