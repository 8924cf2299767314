/** An app with people in it: who they are is read from a header, what they may from their role. */

import type { HttpSettings } from '../../../src/http/settings.ts'
import type { HttpOptions, Identity } from '../../../src/options.ts'
import type { LogLine } from '../../../src/ports.ts'
import { createHandler } from '../../../src/http/index.ts'
import { fakeBill } from './fake-bill.ts'

export const ORIGIN = 'https://app.example'

/** Everybody who calls, and what they are to the organization `org`. */
export const PEOPLE: Readonly<Record<string, Identity>> = {
  alice: { id: 'alice', email: 'alice@mail.example' },
  bob: { id: 'bob' },
  reader: { id: 'reader', customer: 'org' },
  manager: { id: 'manager', customer: 'org' },
  admin: { id: 'admin' },
}

const ROLES: Readonly<Record<string, readonly string[]>> = {
  reader: ['read'],
  manager: ['read', 'manage'],
}

export type Settings = Partial<Omit<HttpSettings, 'http'>> & { readonly http?: HttpOptions }

/** A handler over a fake billing object, its log kept. */
export function testApp(settings: Settings = {}) {
  const fake = fakeBill()
  const log: (LogLine & { readonly level: string })[] = []
  const write = (level: string) => (line: LogLine) => void log.push({ level, ...line })
  let ids = 0
  const all: HttpSettings = {
    identify: (request) => PEOPLE[request.headers.get('x-user') ?? ''] ?? null,
    authorize: ({ identity, customer, action }) =>
      identity.id === 'admin' ||
      (customer === 'org' && (ROLES[identity.id]?.includes(action) ?? false)),
    log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
    newId: () => `request-${++ids}`,
    sleep: never,
    ...settings,
    http: { origins: [ORIGIN], ...settings.http },
  }
  const { handle, answerWebhook } = createHandler(fake.bill, all)
  return { ...fake, log, handle, answerWebhook, ask: asker(handle) }
}

export interface Asking {
  readonly user?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

/** Sends `METHOD /path` as a page of the app would. */
export function asker(handle: (request: Request) => Promise<Response>) {
  return async (line: string, { user, body, headers = {} }: Asking = {}): Promise<Answer> => {
    const [method = 'GET', path = '/'] = line.split(' ')
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const request = new Request(`http://localhost${path}`, {
      method,
      headers: {
        ...(user !== undefined && { 'x-user': user }),
        ...(method !== 'GET' && { origin: ORIGIN }),
        ...(text !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(text !== undefined && { body: text }),
    })
    return answerOf(await handle(request))
  }
}

export async function answerOf(response: Response): Promise<Answer> {
  const { status, headers } = response
  const body: Record<string, unknown> = JSON.parse(await response.text())
  return { status, headers, body }
}

/** Waiting that only ends when it is given up. */
export function never(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
}
