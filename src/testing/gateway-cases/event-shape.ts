/** Whether a gateway's event is one the core can rely on: whole amounts, real instants, known words. */
import type {
  GatewayEvent,
  MethodCheck,
  PaymentFact,
  PaymentSubject,
  Period,
} from '../../core/index.ts'
import { DECLINE_CODES, isCurrency } from '../../core/index.ts'
import { holds } from './check.ts'

const RETRIES = ['later', 'never', 'with_customer']
const STATES = ['trialing', 'active', 'past_due', 'paused', 'canceled', 'expired', 'unknown']
const TYPES: { readonly [Type in GatewayEvent['type']]: true } = {
  'checkout.completed': true,
  'checkout.expired': true,
  'customer.linked': true,
  'page.opened': true,
  'payment.succeeded': true,
  'payment.failed': true,
  'payment.pending': true,
  'payment.refunded': true,
  'payment.refund_failed': true,
  'payment.disputed': true,
  'payment.dispute_closed': true,
  'method.saved': true,
  'method.removed': true,
  'method.expiring': true,
  'subscription.observed': true,
  'link.delivered': true,
  'outcome.unknown': true,
  'effect.refused': true,
}

/** Throws when an event is none that the contract knows. */
export function assertEvent(what: string, event: GatewayEvent, gateway: string): void {
  const say = (rule: string) => `${what} tells ${rule} in ${event.type}`
  holds(say('a known type'), Object.hasOwn(TYPES, event.type), event)
  holds(say(`the gateway's name '${gateway}'`), event.gateway === gateway, event.gateway)
  switch (event.type) {
    case 'checkout.completed':
      assertInstant(say('the time of the checkout'), event.at)
      if (event.payment) assertPayment(say, event.payment)
      break
    case 'customer.linked':
      assertId(say('the customer'), event.customer)
      break
    case 'page.opened':
      assertId(say('the page'), event.page)
      break
    case 'payment.succeeded':
      assertPayment(say, event.payment)
      break
    case 'payment.failed':
      assertFailure(say, event)
      break
    case 'payment.refunded':
      assertId(say('the refund'), event.refund)
      assertAmount(say('a whole amount above zero'), event.amount)
      break
    case 'subscription.observed':
      assertInstant(say('when it was observed'), event.observation.observedAt)
      holds(say('a known state'), STATES.includes(event.observation.state), event.observation)
      assertPeriod(say('a period'), event.observation.period)
      break
    case 'link.delivered':
      assertUrl(say('a link'), event.url)
      break
    case 'payment.pending':
      if (event.actionUrl !== null) assertUrl(say('a page'), event.actionUrl)
      break
    default:
  }
}

/** An absolute http(s) address. */
export function assertUrl(what: string, url: string): void {
  holds(what, /^https?:\/\/[^/\s]/.test(url), url)
}

type Say = (rule: string) => string

function assertPayment(say: Say, { id, amount, currency, at, subject }: PaymentFact): void {
  assertId(say('the payment'), id)
  assertAmount(say('a whole amount above zero'), amount)
  holds(say('an ISO 4217 currency'), isCurrency(currency), currency)
  assertInstant(say('when it was paid'), at)
  if (subject) assertSubject(say, subject)
}

function assertFailure(
  say: Say,
  event: Extract<GatewayEvent, { readonly type: 'payment.failed' }>,
): void {
  const { payment, decline, currency, at, subject } = event
  assertId(say('the payment'), payment)
  holds(say('a code of DECLINE_CODES'), DECLINE_CODES.includes(decline.code), decline)
  holds(say('an advice'), RETRIES.includes(decline.retry), decline)
  assertAmount(say('a whole amount above zero'), event.amount)
  holds(say('an ISO 4217 currency'), isCurrency(currency), currency)
  assertInstant(say('when it failed'), at)
  assertSubject(say, subject)
}

function assertSubject(say: Say, subject: PaymentSubject | MethodCheck): void {
  if ('method' in subject) assertId(say('the method'), subject.method)
  else if ('checkout' in subject) assertId(say('the checkout'), subject.checkout)
  else if ('invoice' in subject) assertId(say('the invoice'), subject.invoice)
  else {
    assertId(say('the subscription'), subject.subscription)
    assertPeriod(say('the period that is paid'), subject.period)
  }
}

function assertPeriod(what: string, { start, end }: Period): void {
  assertInstant(what, start)
  assertInstant(what, end)
  holds(`${what} that ends after it starts`, start < end, { start, end })
}

function assertAmount(what: string, amount: number): void {
  holds(what, Number.isSafeInteger(amount) && amount > 0, amount)
}

/** Milliseconds; seconds would lie in January 1970. */
function assertInstant(what: string, at: number): void {
  holds(`${what}, in milliseconds`, Number.isSafeInteger(at) && at > 1e11, at)
}

function assertId(what: string, id: string): void {
  holds(`${what} by its id`, typeof id === 'string' && id !== '', id)
}
