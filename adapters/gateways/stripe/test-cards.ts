/** The cards of the emulator: Stripe's own test numbers, and one that cannot be charged again. */

/** How a card behaves when it is charged. */
export type StripeCardBehavior =
  | { readonly kind: 'succeeds' }
  | {
      readonly kind: 'declines'
      /** In billwright's words. */
      readonly as: string
      /** In Stripe's. */
      readonly code: string
      readonly declineCode: string
    }
  /** Every charge waits until the customer has confirmed it. */
  | { readonly kind: 'needs_authentication' }
  /** Pays while the customer is there, and is declined at every later charge. */
  | { readonly kind: 'fails_later' }
  /** Pays while the customer is there, and does not stay with them. */
  | { readonly kind: 'wallet' }

export interface StripeTestCard {
  /** Digits only. */
  readonly number: string
  readonly label: string
  readonly brand: string
  readonly behavior: StripeCardBehavior
}

const declines = (
  number: string,
  as: string,
  declineCode: string,
  code = 'card_declined',
): StripeTestCard => ({
  number,
  label: `Declined: ${declineCode.replaceAll('_', ' ')}`,
  brand: 'visa',
  behavior: { kind: 'declines', as, code, declineCode },
})

export const STRIPE_TEST_CARDS: readonly StripeTestCard[] = [
  { number: '4242424242424242', label: 'Pays', brand: 'visa', behavior: { kind: 'succeeds' } },
  declines('4000000000009995', 'insufficient_funds', 'insufficient_funds'),
  declines('4000000000000069', 'expired_card', 'expired_card', 'expired_card'),
  declines('4000000000000002', 'do_not_honor', 'generic_decline'),
  declines('4000000000009987', 'lost_or_stolen', 'lost_card'),
  declines('4100000000000019', 'fraud', 'fraudulent'),
  declines('4000000000006975', 'limit_exceeded', 'card_velocity_exceeded'),
  declines('4000000000000119', 'processing_error', 'processing_error', 'processing_error'),
  {
    number: '4000002760003184',
    label: 'Pays after you confirmed, every time',
    brand: 'visa',
    behavior: { kind: 'needs_authentication' },
  },
  {
    number: '4000000000000341',
    label: 'Pays now, declined at the next charge',
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
export function testCard(number: string): StripeTestCard | undefined {
  const digits = number.replace(/[\s-]/g, '')
  return STRIPE_TEST_CARDS.find((card) => card.number === digits)
}
