/** Whole numbers added up over every account, for reports. */

import type { Instant } from 'billwright/core'
import type { Tables } from './tables.ts'
import {
  type Bounds,
  type CustomerSums,
  type MilestoneKind,
  type MilestoneRow,
  type MilestoneSum,
  MOVEMENTS,
  type PaymentSum,
  type RecurringSum,
  type SubscriptionSum,
} from 'billwright'
import { keyOf } from './ids.ts'

/** Subscription rows by status, plan and terms. */
export function subscriptionSums(tables: Tables): readonly SubscriptionSum[] {
  const rows = [...tables.subscriptions.values()].flat()
  return added(
    rows.map(({ status, plan, currency, interval, intervalCount, recurring }) => {
      const group = { status, plan, currency, interval, intervalCount }
      return { group, amounts: { recurring: recurring ?? 0, count: 1 } }
    }),
  )
}

/** Milestones by slot, kind and terms. */
export function milestoneSums(
  tables: Tables,
  { kinds, bounds }: { readonly kinds: readonly MilestoneKind[]; readonly bounds: Bounds },
): readonly MilestoneSum[] {
  return added(
    milestones(tables, kinds).flatMap(({ amount, count, at, ...row }) => {
      const slot = slotOf(at, bounds)
      const { kind, plan, currency, interval, intervalCount } = row
      const group = { slot: slot ?? 0, kind, plan, currency, interval, intervalCount }
      return slot === null ? [] : [{ group, amounts: { amount, count } }]
    }),
  )
}

/** Payments by slot and currency. */
export function paymentSums(tables: Tables, bounds: Bounds): readonly PaymentSum[] {
  return added(
    tables.payments
      .where(() => true)
      .flatMap(({ row: { payment } }) => {
        const slot = slotOf(payment.at, bounds)
        if (slot === null) return []
        const { amount, currency } = payment
        return [{ group: { slot, currency }, amounts: { amount, count: 1 } }]
      }),
  )
}

/** Who paid just before two instants, and what recurred of those who do not any more. */
export function customerSums(
  tables: Tables,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): CustomerSums {
  let [atStart, atEnd, kept] = [0, 0, 0]
  const lost: {
    readonly group: Omit<RecurringSum, 'amount'>
    readonly amounts: Amounts<'amount'>
  }[] = []
  for (const rows of tables.milestones.values()) {
    const moved = rows.filter(({ kind }) => isMovement(kind))
    const before = moved.filter(({ at }) => at < from)
    const was = countOf(before) > 0
    const is = countOf(moved.filter(({ at }) => at < to)) > 0
    if (was) atStart += 1
    if (is) atEnd += 1
    if (was && is) kept += 1
    if (was && !is)
      for (const { currency, interval, intervalCount, amount } of before)
        lost.push({ group: { currency, interval, intervalCount }, amounts: { amount } })
  }
  return { atStart, atEnd, kept, lost: added(lost) }
}

function milestones(tables: Tables, kinds: readonly MilestoneKind[]): readonly MilestoneRow[] {
  return [...tables.milestones.values()].flat().filter(({ kind }) => kinds.includes(kind))
}

function isMovement(kind: MilestoneKind): boolean {
  return MOVEMENTS.some((movement) => movement === kind)
}

function countOf(rows: readonly MilestoneRow[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0)
}

/** The slot of an instant; `null` when it lies in none. */
function slotOf(at: Instant, bounds: Bounds): number | null {
  const after = bounds.findIndex((bound) => at < bound)
  return after > 0 ? after - 1 : null
}

type Amounts<Name extends string> = Readonly<Record<Name, number>>

/** One row per group, its amounts added up. */
function added<Group extends object, Name extends string>(
  rows: readonly { readonly group: Group; readonly amounts: Amounts<Name> }[],
): readonly (Group & Amounts<Name>)[] {
  const sums = new Map<string, { readonly group: Group; amounts: Amounts<Name> }>()
  for (const { group, amounts } of rows) {
    const key = keyOf(...Object.values(group).map((each) => JSON.stringify(each)))
    const sum = sums.get(key)
    if (!sum) sums.set(key, { group, amounts })
    else sum.amounts = plus(sum.amounts, amounts)
  }
  return [...sums.values()].map(({ group, amounts }) => ({ ...group, ...amounts }))
}

function plus<Name extends string>(a: Amounts<Name>, b: Amounts<Name>): Amounts<Name> {
  const names = Object.keys(a) as Name[]
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Amounts<Name>
}
