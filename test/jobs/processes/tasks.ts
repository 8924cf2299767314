/** What a worker process is told, and what it tells. */
export interface JobsTask {
  readonly engine: 'pg-boss' | 'BullMQ'
  /** The engine's server and the queue on it. */
  readonly server: string
  readonly queue: string
  /** The URL of the storage. */
  readonly place: string
  readonly gatewayUrl: string
  readonly now: number
  /** Kills the process with SIGKILL when it is about to charge the n-th time. */
  readonly killAt?: number
}

export type Report =
  | { readonly told: 'ready' }
  | { readonly told: 'performed'; readonly effect: string }
