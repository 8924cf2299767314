/** The state of a subscription as a clear sentence, with dates and money as people write them. */

import type { Usage } from './input.ts'
import type { Instant } from './instant.ts'
import { accessOf } from './access.ts'
import { type Catalog, titleOf } from './catalog.ts'
import { minorUnits } from './currency.ts'
import { dunningOf, oldestFailed, owed } from './dunning.ts'
import { excessOf, toArchive } from './fit.ts'
import { periodAmount } from './invoice.ts'
import { nextCharge } from './next-charge.ts'
import { changeBoundary } from './rules/change-terms.ts'
import { SENTENCES, type SentenceName } from './sentences.ts'
import { settle } from './settle.ts'
import { type Account, isLive, type LiveSubscription, type Terms } from './state.ts'

export interface DescribeOptions {
  /** Language of the sentences. Default `en`. */
  readonly locale?: 'en' | 'fr' | 'fil'
  /** Default `default`. */
  readonly group?: string
}

// British order gives the unambiguous «14 Nov 2025» for readers of English anywhere.
const REGION = { en: 'en-GB', fr: 'fr-FR', fil: 'fil-PH' } as const

/** What a customer should know now: the plan, until when, what happens then and what it costs. */
export function describe(
  account: Account,
  usage: Usage,
  now: Instant,
  catalog: Catalog,
  options: DescribeOptions = {},
): string {
  const { locale = 'en', group = 'default' } = options
  const settled = settle(account, usage, now, catalog).account
  const say = (name: SentenceName, facts: Facts = {}): string => {
    return SENTENCES[locale][name].replace(/\{(\w+)\}/g, (_, key: string) => facts[key] ?? '')
  }
  const date = (at: Instant) => formatDate(at, locale, catalog.policies.timeZone)
  const words: Words = {
    say,
    date,
    money: (amount, currency) => formatMoney(amount, currency, locale),
  }
  return sentences(settled, usage, now, catalog, { group, words }).join(' ')
}

/** An instant as a date: `14 Nov 2025`. */
export function formatDate(at: Instant, locale: keyof typeof REGION, timeZone = 'UTC'): string {
  const style = { day: 'numeric', month: 'short', year: 'numeric', timeZone } as const
  return new Intl.DateTimeFormat(REGION[locale], style).format(at)
}

/** Minor units as money: `$49.00`. Digits from ISO 4217; Node's own table differs for 18 currencies. */
export function formatMoney(
  amount: number,
  currency: string,
  locale: keyof typeof REGION = 'en',
): string {
  const digits = minorUnits(currency)
  return new Intl.NumberFormat(REGION[locale], {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits)
}

type Facts = Readonly<Record<string, string>>

interface Words {
  readonly say: (name: SentenceName, facts?: Facts) => string
  readonly date: (at: Instant) => string
  readonly money: (amount: number, currency: string) => string
}

interface Speaking {
  readonly group: string
  readonly words: Words
}

function sentences(
  account: Account,
  usage: Usage,
  now: Instant,
  catalog: Catalog,
  { group, words }: Speaking,
): readonly string[] {
  const { say, date } = words
  const subscription = account.subscriptions[group]
  if (!subscription) return [say('none')]
  const plan = titleOf(catalog, subscription.plan)
  if (!isLive(subscription))
    return [say(subscription.status, { plan, date: date(subscription.endedAt) })]
  const access = accessOf(account, group, now, catalog)
  if (access.because === 'blocked') return [say('blocked', { plan })]
  if (access.because === 'default_plan')
    return [say('free', { plan: titleOf(catalog, access.terms?.plan ?? subscription.plan) })]
  const first = statusSentence(account, subscription, catalog, words)
  return [...first, ...scheduledSentences(account, subscription, usage, catalog, words)]
}

function statusSentence(
  account: Account,
  subscription: LiveSubscription,
  catalog: Catalog,
  { say, date, money }: Words,
): readonly string[] {
  const { status, cancelAt, price, group, period, pendingChange } = subscription
  const plan = titleOf(catalog, subscription.plan)
  const currency = price?.currency ?? 'USD'
  const unpaid = owed(account, group).reduce((sum, { due }) => sum + due, 0)
  if (status === 'past_due') {
    const graceEnds = dunningOf(account, subscription, catalog)?.graceEndsAt ?? period.end
    const until = cancelAt !== null && cancelAt < graceEnds ? cancelAt : graceEnds
    // Where a page is open nothing need have failed: it is not paid yet, and can be.
    const invoice = oldestFailed(account, group)
    const name = invoice?.link || invoice?.actionUrl ? 'past_due_page' : 'past_due'
    return [say(name, { plan, amount: money(unpaid, currency), date: date(until) })]
  }
  if (status === 'suspended') return [say('suspended', { plan, amount: money(unpaid, currency) })]
  if (status === 'unpaid') return [say('unpaid', { plan })]
  if (status === 'paused') {
    const { resumesAt } = subscription
    return [
      resumesAt ? say('paused_until', { plan, date: date(resumesAt) }) : say('paused', { plan }),
    ]
  }
  if (cancelAt !== null) {
    const next = catalog.defaults.get(group)
    const after = next ? [say('after', { next: titleOf(catalog, next.id) })] : []
    return [say('ending', { plan, date: date(cancelAt) }), ...after]
  }
  const amount = money(nextCharge(account, subscription, catalog), currency)
  if (status === 'trialing') {
    const pays = subscription.trial.payment === 'upfront' || account.paymentMethod?.reusable
    const sentence = say('trialing', { plan, date: date(subscription.trial.endsAt) })
    return pays ? [sentence, say('trial_pays', { amount })] : [sentence]
  }
  if (pendingChange && pendingChange.terms.plan !== subscription.plan)
    return [say('ending', { plan, date: date(pendingChange.at) })]
  return [say('active', { plan, date: date(changeBoundary(subscription)), amount })]
}

function scheduledSentences(
  account: Account,
  subscription: LiveSubscription,
  usage: Usage,
  catalog: Catalog,
  { say, date, money }: Words,
): readonly string[] {
  const { pendingChange, plan, group, period } = subscription
  if (!pendingChange || pendingChange.terms.plan === plan) return []
  const { terms, at, keep } = pendingChange
  // Behind a period that is paid ahead there is no bill to look at yet.
  const due = at > period.end ? periodAmount(terms) : nextCharge(account, subscription, catalog)
  const amount = money(due, terms.price?.currency ?? 'USD')
  const sentence = say('scheduled', { next: titleOf(catalog, terms.plan), date: date(at), amount })
  const items = willArchive(catalog, group, terms, keep, usage)
  return items.length > 0 ? [sentence, say('archive', { items: items.join(', ') })] : [sentence]
}

/** The labels of what a scheduled change will archive, as things stand now. */
function willArchive(
  catalog: Catalog,
  group: string,
  terms: Terms,
  keep: Readonly<Record<string, readonly string[]>>,
  usage: Usage,
): readonly string[] {
  if (catalog.policies.downgradeFit === 'refuse') return []
  return excessOf(catalog, group, terms, usage).flatMap(({ feature, limit, resources }) => {
    const going = new Set(toArchive(resources ?? [], keep[feature] ?? [], limit))
    return (resources ?? []).filter(({ id }) => going.has(id)).map(({ label }) => label)
  })
}
