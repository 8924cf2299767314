/** The billing of the app: what is sold, by which rules, and what the app does when something happens. */
import type { Hooks, Log, Storage } from 'billwright'
import type { LabClock } from './clock.ts'
import type { Feed } from './feed.ts'
import type { Listings } from './listings.ts'
import { billing, limit, monthly, plan } from 'billwright'
import { chosenProvider } from './gateways.ts'
import { identify, OWNERS } from './owners.ts'
import { sentence, title } from './sentences.ts'

export const DUNNING = { graceDays: 7, endAfterDays: 14 }

export interface Surroundings {
  readonly storage: Storage
  readonly providerUrl: string
  readonly origins: readonly string[]
  readonly clock: LabClock
  readonly listings: Listings
  readonly feed: Feed
}

export type AppBill = ReturnType<typeof openBilling>

export function openBilling(around: Surroundings) {
  const { storage, providerUrl, origins, clock } = around
  const { gateway, currency, amounts, proration } = chosenProvider()
  const [basic, professional, enterprise] = amounts
  // The library counts what is created; it asks for the listings themselves when some must go.
  const listings = limit('listings', {
    list: async (owner) =>
      around.listings
        .of(owner)
        .filter(({ archived }) => !archived)
        .map(({ id, name, createdAt }) => ({ id, label: name, createdAt })),
  })
  return billing({
    plans: [
      plan('basic', { price: monthly(basic, currency), includes: [listings(1)] }),
      plan('professional', { price: monthly(professional, currency), includes: [listings(3)] }),
      plan('enterprise', {
        price: monthly(enterprise, currency),
        includes: [listings('unlimited')],
      }),
    ],
    proration,
    downgradeFit: 'choose',
    dunning: DUNNING,
    gateways: [gateway(providerUrl)],
    storage,
    clock,
    // Playing with time opens more checkouts an hour than any customer would.
    checkoutsPerHour: null,
    identify,
    customer: (id) => OWNERS.find((owner) => owner.id === id) ?? null,
    http: { origins },
    hooks: hooksOf(around),
    log: logOf(around),
  })
}

/** What an owner can do at the payment provider: no button leads to a refusal. */
export function abilities(bill: AppBill) {
  const [gateway] = bill.gateways.values()
  const { update_payment_method: card, retry_payment: retry } =
    gateway?.capabilities.operations ?? {}
  return { updateCard: card !== 'no', payNow: retry !== 'no' }
}

/** Called after the commit, at least once: each does the same when it is called again. */
function hooksOf({ listings, feed }: Surroundings): Hooks {
  return {
    archive: ({ ids }, { customer }) => listings.setArchived(customer, ids, true),
    restore: ({ ids }, { customer }) => listings.setArchived(customer, ids, false),
    // Where a real app sends a mail.
    notice(notice, { customer, key }) {
      const at = iso(notice.at)
      const text = sentence(notice)
      feed.tell({ id: key, kind: 'mail', at, title: title(notice.name), text, owner: customer })
    },
    on: {
      'subscription.suspended': (_, { customer }) => listings.setPublic(customer, false),
      'subscription.recovered': (_, { customer }) => listings.setPublic(customer, true),
      'subscription.resumed': (_, { customer }) => listings.setPublic(customer, true),
    },
  }
}

function logOf({ feed, clock }: Surroundings): Log {
  return {
    debug() {},
    info({ event, type, id, outcome }) {
      if (event !== 'webhook') return
      const at = iso(clock.now())
      const text = `${id}: ${outcome}`
      feed.tell({ id: `${id}/${at}`, kind: 'webhook', at, title: String(type), text, owner: null })
    },
    warn: (line) => console.warn(line),
    error: (line) => console.error(line),
  }
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
