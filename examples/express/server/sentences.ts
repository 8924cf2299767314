/** What a mail says, and the page's list of notices: one sentence each. */
import type { Notice, NoticeName, PendingChange } from 'billwright/core'
import { formatDate, formatMoney, instant } from 'billwright/core'

type Facts = Notice['data']

const SENTENCES: { readonly [Name in NoticeName]?: (facts: Facts) => string } = {
  activated: ({ plan }) => `Welcome, you're on the ${title(plan)} plan.`,
  payment_succeeded: ({ row }) => `Your payment of ${money(row)} was successful.`,
  payment_failed: ({ graceEndsAt }) =>
    `Your payment failed. Please update your card by ${day(graceEndsAt)} to keep your listings public.`,
  payment_link: () => 'The page for your payment is open: please pay there before it is due.',
  payment_action_required: () => 'Your payment waits for you: please pay, or use another card.',
  renewal_reminder: (facts) =>
    `Your ${title(facts.plan)} plan renews on ${day(facts.at)} for ${money(facts)}.`,
  grace_ending: (facts) =>
    `Your listings will be hidden on ${day(facts.at)}. Please pay ${money(facts)} before.`,
  suspended: () => 'Your listings are hidden until you pay. Nothing was deleted.',
  canceled: () => 'Your subscription has ended. Subscribe again to bring your listings back.',
  cancel_scheduled: ({ cancelAt }) =>
    `Your cancellation is confirmed; your listings stay public until ${day(cancelAt)}.`,
  resumed: ({ plan }) => `Welcome back: your ${title(plan)} plan goes on.`,
  plan_changed: ({ plan }) => `You're on the ${title(plan)} plan now.`,
  downgrade_scheduled: ({ change }) => {
    const { terms, at } = change as PendingChange
    return `Your plan will change to ${title(terms.plan)} on ${day(at)}.`
  },
  resource_archived: ({ ids }) =>
    `${count(ids)} archived. Upgrade or subscribe again to restore what you need.`,
  limit_approached: ({ used, limit }) => `You use ${used} of your ${limit} listings.`,
  limit_reached: ({ used, limit }) => `You use ${used} of ${limit} listings; upgrade for more.`,
  refunded: (facts) => `We gave ${money(facts)} back to you.`,
}

/** A notice as a sentence. */
export function sentence({ name, data }: Pick<Notice, 'name' | 'data'>): string {
  return SENTENCES[name]?.(data) ?? `${title(name)}.`
}

/** `past_due` as `Past due`. */
export function title(name: unknown): string {
  const words = String(name).replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function day(at: unknown): string {
  return typeof at === 'number' ? formatDate(instant(at), 'en') : 'the end of the period'
}

function money(facts: unknown): string {
  const { amount, due, currency } = facts as Readonly<Record<string, unknown>>
  const minor = amount ?? due
  if (typeof minor !== 'number' || typeof currency !== 'string') return 'the amount due'
  return formatMoney(minor, currency)
}

function count(ids: unknown): string {
  const many = Array.isArray(ids) ? ids.length : 0
  return many === 1 ? '1 listing was' : `${many} listings were`
}
