/** Whole numbers that the database adds up, for reports: grouped, so that no row leaves it. */
import type {
  Bounds,
  MilestoneKind,
  MilestoneSum,
  PaymentSum,
  RecurringSum,
  Storage,
  SubscriptionSum,
} from 'billwright'
import type { Executor } from './executor.ts'
import type { Statement } from './statement.ts'
import { MOVEMENTS } from 'billwright'
import { type RawBuilder, sql } from 'kysely'
import { once, prepared } from './compile.ts'
import { rowsOf } from './executor.ts'

type Sums = Pick<Storage, 'subscriptionSums' | 'milestoneSums' | 'paymentSums' | 'customerSums'>

/** The verbs that add up. */
export function sums(executor: Executor): Sums {
  return {
    async subscriptionSums() {
      const rows = await rowsOf(executor, bySubscription({}))
      return rows.map(withTerms)
    },
    async milestoneSums({ kinds, bounds }) {
      const rows = await rowsOf(executor, byMilestone(kinds, bounds))
      return rows.map(withTerms)
    },
    paymentSums: ({ bounds }) => rowsOf(executor, byPayment(bounds)),
    async customerSums(period) {
      const [counts] = await rowsOf(executor, customers(period))
      const lost = await rowsOf(executor, lostAmounts(period))
      return {
        atStart: counts?.at_start ?? 0,
        atEnd: counts?.at_end ?? 0,
        kept: counts?.kept ?? 0,
        lost: lost.map(withTerms),
      }
    },
  }
}

/** A row of a sum, with the columns that have another name in the contract. */
type Row<Sum extends RecurringTerms> = Omit<Sum, 'interval' | 'intervalCount'> & {
  readonly interval_unit: Sum['interval']
  readonly interval_count: number | null
}

type RecurringTerms = Pick<RecurringSum, 'currency' | 'interval' | 'intervalCount'>

function withTerms<Sum extends object>({
  interval_unit: interval,
  interval_count: intervalCount,
  ...sum
}: Sum & Row<RecurringTerms>) {
  return { ...sum, interval, intervalCount }
}

const bySubscription = prepared<object>()(
  () => sql<Row<SubscriptionSum>>`
select status, plan, currency, interval_unit, interval_count,
  coalesce(sum(recurring), 0) as recurring, count(*) as count
from billwright_subscriptions
group by status, plan, currency, interval_unit, interval_count`,
)

function byMilestone(
  kinds: readonly MilestoneKind[],
  bounds: Bounds,
): Statement<Row<MilestoneSum>> {
  return once(
    () => sql<Row<MilestoneSum>>`
select ${slotOf(bounds)} as slot, kind, plan, currency, interval_unit, interval_count,
  sum(amount) as amount, sum(count) as count
from billwright_milestones
where kind in (${sql.join(kinds)}) and ${withinSlots(bounds)}
group by slot, kind, plan, currency, interval_unit, interval_count`,
  )
}

function byPayment(bounds: Bounds): Statement<PaymentSum> {
  return once(
    () => sql<PaymentSum>`
select ${slotOf(bounds)} as slot, currency, sum(amount) as amount, count(*) as count
from billwright_payments
where ${withinSlots(bounds)}
group by slot, currency`,
  )
}

function slotOf(bounds: Bounds): RawBuilder<unknown> {
  const cases = bounds.slice(1).map((end, slot) => sql`when at < ${end} then ${sql.lit(slot)}`)
  return sql`case ${sql.join(cases, sql` `)} end`
}

function withinSlots(bounds: Bounds): RawBuilder<unknown> {
  return sql`at >= ${bounds[0]} and at < ${bounds.at(-1)}`
}

interface Ends {
  readonly from: number
  readonly to: number
}

interface CustomerCounts {
  readonly at_start: number | null
  readonly at_end: number | null
  readonly kept: number | null
}

type Placeholder = (name: keyof Ends) => number

const movements = sql.join(MOVEMENTS.map((kind) => sql.lit(kind)))
const isBefore = (end: number) => sql`kind in (${movements}) and at < ${end}`

// Conditions stand in the sums and not behind `where`: the rows of an account lie together, and an
// index on kind and time would lead an engine away from that order.
const held = (arg: Placeholder) => sql`
select account, sum(case when ${isBefore(arg('from'))} then count else 0 end) as was,
  sum(case when ${isBefore(arg('to'))} then count else 0 end) as held
from billwright_milestones`

const customers = prepared<Ends>()(
  ({ arg }) => sql<CustomerCounts>`
select sum(case when was > 0 then 1 else 0 end) as at_start,
  sum(case when held > 0 then 1 else 0 end) as at_end,
  sum(case when was > 0 and held > 0 then 1 else 0 end) as kept
from (${held(arg)} group by account) as customer`,
)

/** Only who moved within the period can have been lost in it. */
const lostAmounts = prepared<Ends>()(
  ({ arg }) => sql<Row<RecurringSum>>`
select currency, interval_unit, interval_count,
  sum(case when ${isBefore(arg('from'))} then amount else 0 end) as amount
from (${held(arg)}
  where account in (
    select account from billwright_milestones
    where kind in (${movements}) and at >= ${arg('from')} and at < ${arg('to')}
  )
  group by account
) as customer
join billwright_milestones as movement on movement.account = customer.account
where was > 0 and held <= 0
group by currency, interval_unit, interval_count
having sum(case when ${isBefore(arg('from'))} then 1 else 0 end) > 0`,
)
