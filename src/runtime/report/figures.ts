/** What the figures of a report mean, as pure functions of sums. The definitions stand with `Report`. */
import type {
  Churn,
  FailedPayments,
  MonthlyRevenue,
  Report,
  ReportFigures,
  RevenueMovement,
  TrialFigures,
} from '../../bill.ts'
import type {
  CustomerSums,
  MilestoneKind,
  MilestoneSum,
  PaymentSum,
  RecurringSum,
  SubscriptionSum,
} from '../../storage.ts'
import { perMonths } from '../../core/index.ts'
import { MOVEMENTS } from '../../storage.ts'
import { isPaying } from '../milestones.ts'

export interface ReportSums {
  readonly subscriptions: readonly SubscriptionSum[]
  /** Movements in two slots: the period, and everything after it. */
  readonly movements: readonly MilestoneSum[]
  /** All other milestones, by month. */
  readonly counted: readonly MilestoneSum[]
  readonly payments: readonly PaymentSum[]
  readonly customers: CustomerSums
}

/** Everything but the period itself; `labels` are the months that the slots stand for. */
export function figuresOf(sums: ReportSums, labels: readonly string[]): Omit<Report, 'period'> {
  const { subscriptions, counted } = sums
  const live = subscriptions.filter(({ status }) => status !== 'canceled' && status !== 'expired')
  return {
    active: total(subscriptions.filter(brings)),
    byStatus: countsBy(subscriptions, 'status'),
    byPlan: countsBy(live, 'plan'),
    revenue: revenue(subscriptions),
    movement: movement(sums),
    churn: churn(sums),
    trials: trials(counted),
    failedPayments: failedPayments(counted),
    months: monthlyRevenue(sums, labels),
  }
}

function brings({ status, currency }: SubscriptionSum): boolean {
  return isPaying(status) && currency !== null
}

/** What recurs now, as sums. */
function recurringNow(subscriptions: readonly SubscriptionSum[]): readonly RecurringSum[] {
  return subscriptions.filter(brings).map((sum) => ({ ...sum, amount: sum.recurring }))
}

function revenue(subscriptions: readonly SubscriptionSum[]): readonly ReportFigures[] {
  const now = recurringNow(subscriptions)
  return currenciesOf(now).map((currency) => {
    return { currency, mrr: recurringIn(currency, now), arr: recurringIn(currency, now, 12) }
  })
}

/** What recurred at both ends of the period: what recurs now, less what has come since. */
function ends({ subscriptions, movements }: ReportSums) {
  const taken = (slots: readonly number[]): readonly RecurringSum[] =>
    movements
      .filter(({ slot }) => slots.includes(slot))
      .map((sum) => ({ ...sum, amount: 0 - sum.amount }))
  const now = recurringNow(subscriptions)
  return { start: [...now, ...taken([0, 1])], end: [...now, ...taken([1])] }
}

function movement(sums: ReportSums): readonly RevenueMovement[] {
  const { start, end } = ends(sums)
  const within = sums.movements.filter(({ slot }) => slot === 0)
  return currenciesOf([...start, ...end])
    .map((currency) => {
      const moved = MOVEMENTS.map((kind) => {
        const ofKind = within.filter((sum) => sum.kind === kind)
        return [kind, recurringIn(currency, ofKind)] as const
      })
      return {
        currency,
        start: recurringIn(currency, start),
        ...(Object.fromEntries(moved) as Record<(typeof MOVEMENTS)[number], number>),
        end: recurringIn(currency, end),
      }
    })
    .filter((figures) => Object.values(figures).some((each) => typeof each === 'number' && each))
}

function churn(sums: ReportSums): Churn {
  const { atStart, atEnd, kept, lost } = sums.customers
  const gone = atStart - kept
  const { start } = ends(sums)
  const revenueLost = currenciesOf(start).map((currency) => {
    const [before, after] = [recurringIn(currency, start), recurringIn(currency, lost)]
    return { currency, atStart: before, lost: after, rate: share(after, before) }
  })
  return {
    customers: { atStart, lost: gone, gained: atEnd - kept, atEnd, rate: share(gone, atStart) },
    revenue: revenueLost.filter((each) => each.atStart !== 0),
  }
}

function trials(counted: readonly MilestoneSum[]): TrialFigures {
  const [started, ended, converted] = [
    total(ofKind(counted, 'trial_started')),
    total(ofKind(counted, 'trial_ended')),
    total(ofKind(counted, 'trial_converted')),
  ]
  return { started, ended, converted, rate: share(converted, ended) }
}

function failedPayments(counted: readonly MilestoneSum[]): readonly FailedPayments[] {
  const failures = (['declined', 'failed', 'recovered'] as const).flatMap((kind) =>
    ofKind(counted, kind),
  )
  return currenciesOf(failures).map((currency) => {
    const within = failures.filter((sum) => sum.currency === currency)
    const [failed, recovered] = [ofKind(within, 'failed'), ofKind(within, 'recovered')]
    return {
      currency,
      attempts: total(ofKind(within, 'declined')),
      invoices: total(failed),
      amount: amountOf(failed),
      recovered: total(recovered),
      recoveredAmount: amountOf(recovered),
      rate: share(total(recovered), total(failed)),
    }
  })
}

function monthlyRevenue(
  { payments, counted }: ReportSums,
  labels: readonly string[],
): readonly MonthlyRevenue[] {
  const refunds = ofKind(counted, 'refunded')
  return currenciesOf([...payments, ...refunds]).flatMap((currency) =>
    labels.map((month, slot) => {
      const here = <Row extends PaymentSum | MilestoneSum>(rows: readonly Row[]) =>
        rows.filter((row) => row.slot === slot && row.currency === currency)
      const [received, refunded] = [amountOf(here(payments)), amountOf(here(refunds))]
      const count = total(here(payments))
      return { month, currency, payments: count, received, refunded, net: received - refunded }
    }),
  )
}

/** The sums of one currency in `months` months, exact and rounded once. */
function recurringIn(currency: string, sums: readonly RecurringSum[], months = 1): number {
  const amounts = sums.flatMap(({ amount, interval, intervalCount, ...sum }) =>
    sum.currency === currency && interval !== null
      ? [{ amount, interval: { unit: interval, count: intervalCount ?? 1 } }]
      : [],
  )
  return perMonths(amounts, months)
}

function ofKind(sums: readonly MilestoneSum[], kind: MilestoneKind): readonly MilestoneSum[] {
  return sums.filter((sum) => sum.kind === kind)
}

function currenciesOf(sums: readonly { readonly currency: string | null }[]): readonly string[] {
  return [...new Set(sums.flatMap(({ currency }) => currency ?? []))].sort()
}

function countsBy<Key extends 'status' | 'plan'>(
  sums: readonly SubscriptionSum[],
  key: Key,
): Readonly<Record<string, number>> {
  const names = [...new Set(sums.map((sum) => sum[key]))]
  return Object.fromEntries(
    names.map((name) => [name, total(sums.filter((sum) => sum[key] === name))]),
  )
}

function total(sums: readonly { readonly count: number }[]): number {
  return sums.reduce((sum, { count }) => sum + count, 0)
}

function amountOf(sums: readonly { readonly amount: number }[]): number {
  return sums.reduce((sum, { amount }) => sum + amount, 0)
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
