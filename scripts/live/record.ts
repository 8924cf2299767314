/** Makes the calls of a gateway on one side, one after the other, and keeps the shapes of the replies. */
import type { Asked, LiveCall, LiveGateway, Side } from './live-gateway.ts'
import { type Shape, shapeOf } from './shape.ts'

/** A reply without anything that names a person, a thing or a key. */
export interface Recorded {
  readonly name: string
  /** `null` when the call could not be made. */
  readonly status: number | null
  readonly body: Shape
}

const TIMEOUT_MS = 20_000

export async function record(
  gateway: LiveGateway,
  side: Side,
  given: Pick<Asked, 'env' | 'run'>,
): Promise<readonly Recorded[]> {
  const replies = new Map<string, unknown>()
  const text: Asked['text'] = (call, path) => {
    const found = path.split('.').reduce<unknown>(member, replies.get(call))
    if (typeof found !== 'string') throw new NotAnswered(`${call} has no ${path}`)
    return found
  }
  const recorded: Recorded[] = []
  for (const call of gateway.calls) {
    const { status, body } = await reply(gateway, side, call, { ...given, text })
    replies.set(call.name, body)
    recorded.push({ name: call.name, status, body: shapeOf(body) })
  }
  return recorded
}

class NotAnswered extends Error {}

async function reply(gateway: LiveGateway, side: Side, call: LiveCall, asked: Asked) {
  try {
    const body = call.body?.(asked)
    const response = await side.fetch(`${side.url}${call.path(asked)}`, {
      method: call.method,
      headers: { ...gateway.headers(side.key), ...(body && contentType(gateway)) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body && { body: gateway.encoding === 'json' ? JSON.stringify(body) : form(body) }),
    })
    return { status: response.status, body: parsed(await response.text()) }
  } catch (error) {
    if (error instanceof NotAnswered) return { status: null, body: null }
    throw error
  }
}

function contentType({ encoding }: LiveGateway) {
  const type = encoding === 'json' ? 'application/json' : 'application/x-www-form-urlencoded'
  return { 'content-type': type }
}

function form(body: Readonly<Record<string, unknown>>): string {
  const pairs = (value: unknown, name: string): readonly [string, string][] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, each]) => pairs(each, `${name}[${key}]`))
      : [[name, String(value)]]
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(body))
    for (const pair of pairs(value, name)) params.append(...pair)
  return params.toString()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
