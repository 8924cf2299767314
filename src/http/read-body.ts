/** The bytes of a body, up to a limit and within a time, whatever the sender claims. */
import type { BodyReader } from '../webhook-call.ts'
import type { ResolvedHttp } from './settings.ts'
import { WAKE_UP } from '../ports.ts'
import { requestError } from './request-error.ts'

export interface BodyLimits {
  /** Bytes. */
  readonly limit: number
  readonly timeoutMs: number
  readonly sleep: ResolvedHttp['sleep']
}

/** A body that nobody has read yet. */
export interface BodySource {
  readonly headers: Pick<Headers, 'get'>
  /** Begins to read; `null` without a body. Throws `raw_body_unavailable` when somebody else did. */
  readonly open: () => Promise<Uint8Array | BodyReader | null>
}

/** The body of a web request. */
export function bodyOf(request: Request): BodySource {
  return {
    headers: request.headers,
    async open() {
      if (request.bodyUsed || request.body?.locked) throw requestError('raw_body_unavailable')
      return request.body?.getReader() ?? null
    },
  }
}

/**
 * Throws `body_too_large`, `body_timeout`, `body_incomplete`, `unsupported_media_type` for an encoded
 * body, and `raw_body_unavailable` when somebody read it before.
 */
export async function readBody(source: BodySource, limits: BodyLimits): Promise<Uint8Array> {
  const encoding = source.headers.get('content-encoding') ?? 'identity'
  if (encoding !== 'identity') throw requestError('unsupported_media_type')
  const declared = source.headers.get('content-length')
  if (declared !== null && !(Number(declared) <= limits.limit)) throw requestError('body_too_large')
  const body = (await source.open()) ?? new Uint8Array(0)
  if (!(body instanceof Uint8Array)) return collect(body, limits)
  if (body.byteLength > limits.limit) throw requestError('body_too_large')
  return body
}

async function collect(reader: BodyReader, { limit, timeoutMs, sleep }: BodyLimits) {
  const finished = new AbortController()
  const late = sleep(timeoutMs, finished.signal).then(() => 'late' as const)
  const bytes = growing(limit)
  try {
    for (;;) {
      const step = await Promise.race([next(reader), late])
      if (step === 'late') throw requestError('body_timeout')
      if (step.done) return bytes.all()
      if (!bytes.add(step.value)) throw requestError('body_too_large')
    }
  } catch (error) {
    // Not waited for: a sender who stalls must not stall the answer.
    reader.cancel().catch(() => {})
    throw error
  } finally {
    finished.abort(WAKE_UP)
  }
}

async function next(reader: BodyReader) {
  try {
    return await reader.read()
  } catch {
    throw requestError('body_incomplete')
  }
}

/** Bytes in one buffer that doubles, so that many tiny chunks cost no more than one large. */
function growing(limit: number) {
  let buffer = new Uint8Array(1_024)
  let length = 0
  return {
    /** False when the limit would be passed. */
    add(chunk: Uint8Array): boolean {
      const total = length + chunk.byteLength
      if (total > limit) return false
      if (total > buffer.byteLength) {
        const larger = new Uint8Array(Math.min(limit, total * 2))
        larger.set(buffer.subarray(0, length))
        buffer = larger
      }
      buffer.set(chunk, length)
      length = total
      return true
    },
    all: (): Uint8Array => buffer.slice(0, length),
  }
}
