/** The verb that matters: one step of one account, all of it or nothing. */
import type { Change, CommitResult } from 'billwright'
import type { Tables } from './tables.ts'
import { keyOf, refuseInvalidIds } from './ids.ts'
import { putInvoice } from './numbering.ts'
import { addEffect, settleEffect } from './outbox.ts'
import { count } from './usage.ts'

/** Writes the change, or says why not. */
export function commit(tables: Tables, change: Change): CommitResult {
  refuseInvalidIds(idsOf(change))
  const refused = refusalOf(tables, change)
  if (refused) return refused
  writeAccount(tables, change)
  writeRows(tables, change)
  for (const effect of change.effects) addEffect(tables, effect, change)
  for (const settlement of change.settled) settleEffect(tables, settlement)
  for (const { feature, window, by } of change.usage) {
    count(tables, { account: change.account.id, feature, window }, by)
  }
  return { outcome: 'committed' }
}

function refusalOf(tables: Tables, change: Change): CommitResult | null {
  const { account, delivery, command } = change
  if (delivery && tables.deliveries.get(deliveryKey(delivery))?.state === 'done') {
    return { outcome: 'duplicate', what: 'delivery' }
  }
  if (command && tables.commands.has(keyOf(account.id, command.key))) {
    return { outcome: 'duplicate', what: 'command' }
  }
  const stored = tables.accounts.get(account.id)?.account
  if (stored ? stored.version !== change.version || change.version === 0 : change.version !== 0) {
    return { outcome: 'conflict' }
  }
  const claim = change.claims.find((held) => {
    const holder = tables.claims.get(held)
    return holder !== undefined && holder !== account.id
  })
  return claim === undefined ? null : { outcome: 'taken', claim }
}

function writeAccount(tables: Tables, change: Change): void {
  const { account, nextActionAt, version, events, subscriptions, milestones } = change
  const { id } = account
  tables.accounts.set(id, { account, nextActionAt, leaseUntil: null })
  const rows = events.map((event, index) => ({ account: id, seq: version + 1 + index, event }))
  tables.journal.set(id, [...(tables.journal.get(id) ?? []), ...rows])
  tables.subscriptions.set(id, subscriptions)
  tables.milestones.set(id, [...(tables.milestones.get(id) ?? []), ...milestones])
  for (const claim of change.releases) {
    if (tables.claims.get(claim) === id) tables.claims.delete(claim)
  }
  for (const claim of change.claims) tables.claims.set(claim, id)
}

function writeRows(tables: Tables, { account, command, delivery, audit, ...rows }: Change): void {
  for (const payment of rows.payments) {
    tables.payments.put(keyOf(payment.gateway, payment.id), { account: account.id, payment })
  }
  for (const invoice of rows.invoices) putInvoice(tables, invoice)
  for (const notice of rows.notices) tables.notices.add(notice.id, notice)
  if (command) tables.commands.set(keyOf(account.id, command.key), command)
  if (delivery) tables.deliveries.put(deliveryKey(delivery), delivery)
  if (audit) tables.audit.add(audit.id, audit)
}

function deliveryKey({ gateway, id }: { readonly gateway: string; readonly id: string }): string {
  return keyOf(gateway, id)
}

function idsOf(change: Change): readonly (string | null | undefined)[] {
  const { account, delivery, command, audit } = change
  return [
    account.id,
    ...change.claims,
    ...change.releases,
    ...change.effects.flatMap(({ effect, lease }) => [effect.key, lease?.owner]),
    ...change.settled.flatMap(({ key, owner }) => [key, owner]),
    ...change.payments.flatMap(({ gateway, id }) => [gateway, id]),
    ...change.invoices.flatMap(({ id, payment, series }) => [id, payment, series]),
    ...change.notices.map(({ id }) => id),
    ...change.subscriptions.flatMap(({ group, id, plan, gateway, gatewayRef }) => [
      ...[group, id, plan, gateway, gatewayRef],
    ]),
    ...change.milestones.map(({ plan }) => plan),
    ...change.usage.map(({ feature }) => feature),
    ...[delivery?.gateway, delivery?.id, delivery?.account],
    ...[command?.key, ...(command?.effects ?? [])],
    ...[audit?.id, audit?.actor],
  ]
}
