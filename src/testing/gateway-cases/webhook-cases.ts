/** Webhooks: only what the vendor signed, over its raw bytes, is believed; and it is told alike twice. */

import type { Instant } from '../../core/index.ts'
import type { WebhookRequest } from '../../gateway.ts'
import type { CaseDraft } from './case.ts'
import { holds, same, text } from './check.ts'
import {
  assertRefused,
  flipBody,
  flipHeader,
  genuineWebhook,
  isAccepted,
  madeUp,
  sampleBits,
  signatureHeaders,
  withHeader,
  without,
} from './signature.ts'

const DAY = 86_400_000

export const webhookCases: readonly CaseDraft[] = [
  {
    name: 'one webhook received twice is one delivery with the same events',
    async run(shop) {
      const request = await genuineWebhook(shop)
      const [one, two] = [await shop.gateway.receive(request), await shop.gateway.receive(request)]
      same('the second', text(two), text(one))
      holds('it has an id', one.id !== '', one.id)
      holds('it has a type, for people', one.type !== '', one.type)
    },
  },
  {
    name: 'two webhooks have two ids',
    async run(shop) {
      await shop.buy()
      const payment = shop.customer.account.payments[0]
      if (payment) await shop.stage.dispute(payment.id)
      const requests = shop.stage.webhooks()
      const ids: string[] = []
      for (const request of requests) ids.push((await shop.gateway.receive(request)).id)
      same('ids', new Set(ids).size, requests.length)
    },
  },
  {
    name: 'a webhook with any bit of its body turned over is refused',
    async run(shop) {
      const request = await genuineWebhook(shop)
      for (const bit of sampleBits(request.body.length, 64))
        await assertRefused(shop, `a body with bit ${bit} turned over`, flipBody(request, bit))
    },
  },
  {
    name: 'a webhook with any bit of its signature turned over is refused',
    async run(shop) {
      const request = await genuineWebhook(shop)
      for (const name of await signatureHeaders(shop.gateway, request))
        for (const bit of sampleBits((request.headers[name] ?? '').length, 64)) {
          const what = `${name} with bit ${bit} turned over`
          await assertRefused(shop, what, flipHeader(request, name, bit))
        }
    },
  },
  {
    name: 'a webhook whose signature is missing, empty or cut off is refused',
    async run(shop) {
      const request = await genuineWebhook(shop)
      await assertRefused(shop, 'no header at all', { ...request, headers: {} })
      for (const name of await signatureHeaders(shop.gateway, request)) {
        const value = request.headers[name] ?? ''
        await assertRefused(shop, `no ${name}`, without(request, name))
        for (let length = 0; length < value.length; length += 1)
          await assertRefused(
            shop,
            `${name} cut off after ${length} characters`,
            withHeader(request, name, value.slice(0, length)),
          )
      }
    },
  },
  {
    name: 'a webhook that somebody without the secret signed is refused',
    async run(shop) {
      const request = await genuineWebhook(shop)
      for (const name of await signatureHeaders(shop.gateway, request)) {
        const value = request.headers[name] ?? ''
        if (madeUp(value) !== value)
          await assertRefused(
            shop,
            `${name} with a value that is made up`,
            withHeader(request, name, madeUp(value)),
          )
      }
    },
  },
  {
    name: 'a signature of one webhook does not make another authentic',
    async run(shop) {
      const request = await genuineWebhook(shop)
      await shop.stage.dispute(shop.customer.account.payments[0]?.id ?? '')
      const other = shop.stage.webhooks().at(-1)
      holds('a dispute makes a webhook', other !== undefined && other !== request, other)
      await assertRefused(shop, 'the body of another webhook', { ...request, body: other.body })
    },
  },
  {
    name: 'a body that was parsed and written again is refused',
    async run(shop) {
      const request = await genuineWebhook(shop)
      const encode = (body: string) => new TextEncoder().encode(body)
      const body = new TextDecoder().decode(request.body)
      for (const changed of [`${body} `, `${body}\r\n`, `\uFEFF${body}`, body.slice(0, -1), ''])
        await assertRefused(shop, 'a changed body', { ...request, body: encode(changed) })
    },
  },
  {
    name: 'a webhook that is replayed outside the window is refused, where its time is signed',
    async run(shop) {
      const request = await genuineWebhook(shop)
      if (!(await isAccepted(shop.gateway, request)))
        throw new Error('Expected that a genuine webhook is accepted, found that it is refused')
      const headers = await signatureHeaders(shop.gateway, request)
      if (!headers.some((name) => isTimestamped(request, request.headers[name] ?? '')))
        return { skipped: 'the signature has no timestamp' }
      const at = (time: number) => ({ ...request, receivedAt: time as Instant })
      await assertRefused(shop, 'a webhook a day later', at(request.receivedAt + DAY))
      await assertRefused(shop, 'a webhook a day too early', at(request.receivedAt - DAY))
      return undefined
    },
  },
]

/** Whether a header holds a time near the one at which it came, in seconds or milliseconds. */
function isTimestamped({ receivedAt }: WebhookRequest, value: string): boolean {
  const numbers = value.match(/(?<![0-9a-zA-Z])\d{10,13}(?![0-9a-zA-Z])/g) ?? []
  return numbers
    .map(Number)
    .some((time) => Math.abs((time < 1e11 ? time * 1000 : time) - receivedAt) < DAY)
}
