/** The cards of the emulated page: the first two are Paystack's own, the others ours. */

/** How a card behaves when it is charged. */
export type PaystackCardBehavior =
  | { readonly kind: 'succeeds' }
  /** The bank's sentence, as Paystack passes it on. */
  | { readonly kind: 'declines'; readonly code: string; readonly sentence: string }
  /** Every charge waits until the customer has confirmed it. */
  | { readonly kind: 'needs_authentication' }
  /** Pays while the customer is there, and is declined at every later charge. */
  | { readonly kind: 'fails_later' }
  /** Mobile money: pays while the customer is there, and cannot be charged again. */
  | { readonly kind: 'wallet' }

export interface PaystackTestCard {
  /** Digits only. */
  readonly number: string
  readonly label: string
  readonly brand: string
  readonly behavior: PaystackCardBehavior
}

const declines = (number: string, code: string, sentence: string): PaystackTestCard => ({
  number,
  label: sentence === 'Declined' ? sentence : `Declined: ${sentence}`,
  brand: 'visa',
  behavior: { kind: 'declines', code, sentence },
})

export const PAYSTACK_TEST_CARDS: readonly PaystackTestCard[] = [
  { number: '4084084084084081', label: 'Pays', brand: 'visa', behavior: { kind: 'succeeds' } },
  declines('4084080000005408', 'do_not_honor', 'Declined'),
  declines('4084080000000001', 'insufficient_funds', 'Insufficient Funds'),
  declines('4084080000000019', 'expired_card', 'Expired Card'),
  declines('4084080000000027', 'lost_or_stolen', 'Stolen Card'),
  declines('4084080000000035', 'fraud', 'Suspected Fraud'),
  declines('4084080000000043', 'limit_exceeded', 'Exceeds Withdrawal Limit'),
  declines('4084080000000050', 'processing_error', 'Unable to process transaction'),
  {
    number: '4084080000000068',
    label: 'Pays after you confirmed',
    brand: 'visa',
    behavior: { kind: 'needs_authentication' },
  },
  {
    number: '4084080000000076',
    label: 'Pays now, declined at the next renewal',
    brand: 'visa',
    behavior: { kind: 'fails_later' },
  },
  {
    number: '0551234987',
    label: 'Mobile money: pays, cannot be charged again',
    brand: 'MTN',
    behavior: { kind: 'wallet' },
  },
]

/** The card of a number as a customer types it, with spaces or dashes. */
export function testCard(number: string): PaystackTestCard | undefined {
  const digits = number.replace(/[\s-]/g, '')
  return PAYSTACK_TEST_CARDS.find((card) => card.number === digits)
}
