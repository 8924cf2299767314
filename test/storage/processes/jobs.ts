/** What a process of its own does with a database. */
export type Job =
  | { readonly do: 'migrate' }
  /** Counts one unit this many times at once. */
  | {
      readonly do: 'use'
      readonly times: number
      readonly limit: number
      /** Default `queries`. */
      readonly feature?: string
      /** Reads, checks and writes: what the contract forbids. Default false. */
      readonly naively?: boolean
      /** Each under a key of its own, the same ones in every process. Default false. */
      readonly keyed?: boolean
    }
  /** Makes one account in one step, with a claim. */
  | { readonly do: 'open'; readonly account: string; readonly claim: string }
  /** Leases accounts that are due, so many at a time, and settles each, until none is left. */
  | { readonly do: 'sweep'; readonly portion: number; readonly now: number }
  /** Numbers invoices until none waits, in this many calls at once of 1, 2, 3 … at a time. */
  | { readonly do: 'number'; readonly times: number }
  /** Commits this many steps to one account, again after each conflict. */
  | { readonly do: 'commit'; readonly times: number; readonly name: string }

export interface Task {
  /** The path of an SQLite file, or the URL of a database. */
  readonly file: string
  readonly job: Job
  /** Kills the process with SIGKILL just before its n-th statement, counted from 1. */
  readonly killBefore?: number
}

export type Report =
  | { readonly told: 'ready' }
  | { readonly told: 'done'; readonly outcomes: readonly string[] }
