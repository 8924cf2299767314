/** A pool that the storage opens itself, on first use, and closes. */
import { BillingError } from 'billwright'

export interface OpenPool<Pool> {
  /** What the app wrote, for messages. */
  readonly where: string
  /** The package that must be installed. */
  readonly driver: string
  readonly open: (url: string) => Promise<Pool>
}

export interface OpenedPool<Pool> {
  readonly open: () => Promise<Pool>
  readonly close: () => Promise<void>
}

/** Opened once; an attempt that failed is not remembered, and a closed one stays closed. */
export function openPool<Pool extends { end(): Promise<void> }>(
  url: string,
  { where, driver, open }: OpenPool<Pool>,
): OpenedPool<Pool> {
  let pool: Promise<Pool> | null = null
  let closed = false
  return {
    async open() {
      if (closed)
        throw new BillingError('unavailable', 'storage_unavailable', 'The storage was closed.')
      pool ??= open(url).catch((error: unknown) => {
        pool = null
        throw isMissing(error, driver) ? missing(where, driver) : error
      })
      return pool
    },
    async close() {
      closed = true
      const opened = pool
      pool = null
      if (opened) await (await opened).end()
    },
  }
}

function isMissing(error: unknown, driver: string): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === 'ERR_MODULE_NOT_FOUND' && (error as Error).message.includes(driver)
}

function missing(where: string, driver: string): BillingError {
  return new BillingError(
    'config',
    'storage_driver_missing',
    `${where}: the package ${driver} is missing; run \`npm install ${driver}\`, or pass a pool of your own.`,
    { where },
  )
}
