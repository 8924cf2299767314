/** Taking money: on a page while the customer is there, or from a saved card. */
import type { PaystackTestCard } from '../test-cards.ts'
import type { Authorization, Customer, Transaction, Vendor } from './vendor.ts'
import { vendorError } from './access.ts'
import { showTransaction } from './render.ts'

const DAY = 86_400_000
/** From so many declines in a row on, a card is tried once a day. */
const REGULATED = 10

export function customerOf({ customers, nextId, nextNumber }: Vendor, email: string): Customer {
  const known = customers.get(email)
  if (known) return known
  const made = { id: nextNumber(), code: nextId('CUS'), email }
  customers.set(email, made)
  return made
}

type Opened = Pick<
  Transaction,
  'reference' | 'amount' | 'currency' | 'customer' | 'metadata' | 'callbackUrl' | 'cancelUrl'
> & { readonly isCharge: boolean }

/** A transaction that nobody paid yet. A reference is used once, for ever. */
export function openTransaction(vendor: Vendor, opened: Opened): Transaction {
  if (vendor.transactions.has(opened.reference))
    throw vendorError(400, 'duplicate_reference', 'Duplicate Transaction Reference')
  const transaction: Transaction = {
    ...opened,
    id: vendor.nextNumber(),
    createdAt: vendor.now(),
    accessCode: vendor.nextId('ac').replace('_', ''),
    status: 'abandoned',
    gatewayResponse: 'The transaction was not completed',
    paidAt: null,
    authorization: null,
    confirming: null,
  }
  vendor.transactions.set(opened.reference, transaction)
  return transaction
}

/** The customer gives a card on the page. */
export function payPage(vendor: Vendor, transaction: Transaction, card: PaystackTestCard): void {
  if (!isOpen(transaction)) return
  const { behavior } = card
  if (behavior.kind === 'needs_authentication') transaction.confirming = card
  else if (behavior.kind === 'declines') decline(transaction, behavior.sentence)
  else succeed(vendor, transaction, save(vendor, transaction, card))
}

/** The customer answers their bank. */
export function confirm(vendor: Vendor, transaction: Transaction, agrees: boolean): void {
  const card = transaction.confirming
  if (card === null) return
  transaction.confirming = null
  if (!agrees) decline(transaction, 'Authentication failed')
  else succeed(vendor, transaction, transaction.authorization ?? save(vendor, transaction, card))
}

/** A saved card is charged; `true` when its owner must confirm first. */
export function chargeSaved(
  vendor: Vendor,
  transaction: Transaction,
  authorization: Authorization,
): boolean {
  const { card, triedAt } = authorization
  const now = vendor.now()
  const regulated = authorization.declines >= REGULATED && triedAt !== null && now - triedAt < DAY
  transaction.authorization = authorization
  authorization.triedAt = now
  if (regulated) decline(transaction, 'Card is regulated: try again after 24 hours')
  else if (card.behavior.kind === 'needs_authentication') transaction.confirming = card
  else if (card.behavior.kind === 'fails_later') decline(transaction, 'Insufficient Funds')
  else succeed(vendor, transaction, authorization)
  if (transaction.status === 'failed') authorization.declines += 1
  return transaction.confirming !== null
}

export function isOpen({ status, isCharge }: Transaction): boolean {
  return status === 'abandoned' || (status === 'failed' && !isCharge)
}

function decline(transaction: Transaction, sentence: string): void {
  transaction.status = 'failed'
  transaction.gatewayResponse = sentence
}

function succeed(vendor: Vendor, transaction: Transaction, authorization: Authorization): void {
  transaction.status = 'success'
  transaction.gatewayResponse = 'Successful'
  transaction.paidAt = vendor.now()
  transaction.authorization = authorization
  authorization.declines = 0
  vendor.emit('charge.success', showTransaction(vendor, transaction))
}

function save(vendor: Vendor, { customer }: Transaction, card: PaystackTestCard): Authorization {
  const authorization: Authorization = {
    ...{ code: vendor.nextId('AUTH'), card, customer, active: true, declines: 0, triedAt: null },
    reusable: card.behavior.kind !== 'wallet',
  }
  vendor.authorizations.set(authorization.code, authorization)
  return authorization
}
