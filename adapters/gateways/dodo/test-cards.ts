/** The cards of the emulator: one for each thing that can happen to a payment. */

/** How a card behaves when it is charged. */
export type DodoCardBehavior =
  | { readonly kind: 'succeeds' }
  /** Declined now and later, with Dodo's error code. */
  | { readonly kind: 'declines'; readonly code: string }
  /** Every charge waits until the customer has confirmed it. */
  | { readonly kind: 'needs_authentication' }
  /** Pays while the customer is there, and is declined at every later charge. */
  | { readonly kind: 'fails_later' }

export interface DodoTestCard {
  /** Digits only. */
  readonly number: string
  readonly label: string
  readonly behavior: DodoCardBehavior
}

const declines = (number: string, code: string): DodoTestCard => ({
  number,
  label: `Declined: ${code.replaceAll('_', ' ').toLowerCase()}`,
  behavior: { kind: 'declines', code },
})

export const DODO_TEST_CARDS: readonly DodoTestCard[] = [
  { number: '4242424242424242', label: 'Pays', behavior: { kind: 'succeeds' } },
  declines('4000000000009995', 'INSUFFICIENT_FUNDS'),
  declines('4000000000000069', 'EXPIRED_CARD'),
  declines('4000000000000002', 'DO_NOT_HONOR'),
  declines('4000000000009979', 'STOLEN_CARD'),
  declines('4100000000000019', 'FRAUDULENT'),
  declines('4000000000000119', 'PROCESSING_ERROR'),
  {
    number: '4000002760003184',
    label: 'Pays after you confirmed',
    behavior: { kind: 'needs_authentication' },
  },
  {
    number: '4000000000000341',
    label: 'Pays now, declined at the next renewal',
    behavior: { kind: 'fails_later' },
  },
]

/** The card of a number as a customer types it, with spaces or dashes. */
export function testCard(number: string): DodoTestCard | undefined {
  const digits = number.replace(/[\s-]/g, '')
  return DODO_TEST_CARDS.find((card) => card.number === digits)
}
