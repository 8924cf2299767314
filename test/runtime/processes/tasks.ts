/** What a worker process is told, and what it tells. */
export interface WorkerTask {
  /** The path of an SQLite file, or the URL of a database. */
  readonly place: string
  readonly gatewayUrl: string
  readonly now: number
  /** Kills the process with SIGKILL just before its n-th statement, counted from 1. */
  readonly killBefore: number
}

export type Report = { readonly told: 'ready' } | { readonly told: 'done' }
