/** The ways to pay that a page can offer, as PayMongo calls them. */

/** Maya is `paymaya`. Each has to be enabled for the account. */
export type PaymongoPaymentMethod = (typeof PAYMENT_METHODS)[number]

export const PAYMENT_METHODS = [
  'card',
  'gcash',
  'paymaya',
  'grab_pay',
  'qrph',
  'billease',
  'dob',
] as const
