/** What an error of PostgreSQL means, whichever driver hands it on. */
import type { Fault } from './executor.ts'
import { BillingError } from 'billwright'
import { notMigrated, unavailable } from './storage-errors.ts'

/** By SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const FAULTS: Readonly<Record<string, Fault>> = {
  // A unique key fired, or one statement would have written one row twice.
  '23505': 'unique',
  '21000': 'unique',
  // A division by zero is how our own statements take themselves back.
  '22012': 'surprise',
  '40001': 'again',
  '40P01': 'again',
  '55P03': 'again',
}

/** Connection lost, server going down, out of connections or disk. */
const UNAVAILABLE = /^(08|57P0|53|58)/

/** The same for errors that no server sent. */
const UNREACHED =
  /ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|Connection terminated|connection timeout|Client has encountered|timeout exceeded when trying to connect|after calling end|PGlite is clos|CONNECTION_(ENDED|CLOSED|DESTROYED)|CONNECT_TIMEOUT/i

/** The fault, or the error to throw: a `BillingError` where the contract has one, else `null`. */
export function postgresError(error: unknown): Fault | Error | null {
  if (BillingError.isInstance(error) || !(error instanceof Error)) return null
  const { code } = error as { readonly code?: unknown }
  const state = typeof code === 'string' ? code : ''
  const fault = FAULTS[state]
  if (fault) return fault
  if (state === '42P01' && error.message.includes('billwright_')) return notMigrated()
  if (UNAVAILABLE.test(state) || UNREACHED.test(state) || UNREACHED.test(error.message))
    return unavailable('PostgreSQL', state || error.message)
  return null
}
