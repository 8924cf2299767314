/** What an error of Prisma means: what its driver adapter was told, or what Prisma says by itself. */
import type { Driver } from './asynchronous.ts'
import type { Dialect } from './dialect.ts'
import { errorIn } from './dialect-errors.ts'
import { unavailable } from './storage-errors.ts'

/** What a driver adapter hands on: the engine's own code and words, unless nobody answered. */
interface Told {
  readonly originalCode?: string
  readonly originalMessage?: string
  readonly kind?: string
}

/**
 * Nobody answered, no connection was free in time, or the transaction outlived its time;
 * https://www.prisma.io/docs/orm/reference/error-reference
 */
const UNREACHED = /^(P10\d\d|P2024|P2028|P2037)$/

/** The same in the words of a driver adapter. */
const UNREACHED_KIND =
  /NotReachable|ConnectionClosed|TooManyConnections|SocketTimeout|TlsConnection/

/** A write conflict or a deadlock. */
const CONFLICT = 'P2034'

/** The reading of errors for an engine behind Prisma. */
export function prismaErrorOf(dialect: Dialect): Driver['errorOf'] {
  const read = errorIn(dialect)
  return (error) => {
    if (!(error instanceof Error)) return null
    const { code, meta, cause } = error as {
      readonly code?: unknown
      readonly meta?: { readonly driverAdapterError?: { readonly cause?: Told } }
      readonly cause?: Told
    }
    // Of a commit Prisma hands on what the driver adapter threw, in no words of its own.
    const bare = error.name === 'DriverAdapterError' ? cause : undefined
    const told = meta?.driverAdapterError?.cause ?? bare
    if (told?.originalCode !== undefined) return read(asDriver(told))
    if (code === CONFLICT) return 'again'
    const kind = told?.kind ?? ''
    if (UNREACHED.test(String(code)) || UNREACHED_KIND.test(kind))
      return unavailable('Prisma', kind || String(code))
    return read(error)
  }
}

/** The error as the engine's own driver would have thrown it. */
function asDriver({ originalCode = '', originalMessage = '' }: Told): Error {
  const number = Number(originalCode)
  return Object.assign(new Error(originalMessage), {
    code: originalCode,
    errno: number,
    errcode: number,
  })
}
