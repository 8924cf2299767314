/** Gateways that are broken on purpose, each with the rule that finds it; and two that are only different. */
import type { GatewayEffect, GatewayEvent, Instant } from '../../src/core/index.ts'
import { BillingError } from '../../src/errors.ts'
import {
  type Dedupe,
  type Gateway,
  notDone,
  type Performed,
  type Thing,
} from '../../src/gateway.ts'

export type Break = (sound: Gateway) => Partial<Gateway>
type Rewrite = (event: GatewayEvent) => GatewayEvent

export interface Broken {
  readonly what: string
  readonly breaks: Break
  /** The rule that finds it. */
  readonly found: string
}

export const broken: readonly Broken[] = [
  {
    what: 'a key of its own for every attempt',
    breaks: freshKeys,
    found: 'charging a saved method happens once after a reply that is lost',
  },
  {
    what: 'a key of its own for every attempt, sent twice at once',
    breaks: freshKeys,
    found: 'charging a saved method, sent twice at once, happens once',
  },
  {
    what: 'a refund without a key',
    breaks: (sound) => freshKeys(sound, 'payment.refund'),
    found: 'a refund, done twice, happens once and is told alike',
  },
  {
    what: 'an unknown outcome told as a decline',
    breaks: (sound) => ({
      perform: async (effect, context) => {
        try {
          return await sound.perform(effect, context)
        } catch {
          return { events: [decline(effect, context.now)] }
        }
      },
    }),
    found: 'charging a saved method happens once after an error of the vendor that did it',
  },
  {
    what: 'every failure told as not done',
    breaks: (sound) => ({
      perform: (effect, context) =>
        sound.perform(effect, context).catch(() => Promise.reject(notDone(sound.name))),
    }),
    found: 'charging a saved method happens once after a reply that is lost',
  },
  {
    what: 'the vendor’s error as the cause',
    breaks: (sound) => ({
      perform: (effect, context) =>
        sound.perform(effect, context).catch((error: Error) => {
          const cause = new Error('401 for Authorization: Bearer sk_test_0123456789')
          throw Object.assign(error, { cause })
        }),
    }),
    found: 'opening a checkout happens once after too many requests',
  },
  {
    what: 'the secret key in the message',
    breaks: (sound) => ({
      perform: (effect, context) =>
        sound.perform(effect, context).catch(({ kind, code }: BillingError) => {
          throw new BillingError(kind, code, 'refused for sk_test_0123456789')
        }),
    }),
    found: 'opening a checkout happens once after too many requests',
  },
  {
    what: 'any signature believed',
    breaks: (sound) => ({
      receive: (request) =>
        sound.receive(request).catch(() => ({ id: 'evt', type: 'charge', events: [] })),
    }),
    found: 'a webhook with any bit of its body turned over is refused',
  },
  {
    what: 'a signature of any age believed',
    breaks: (sound) => ({
      receive: (request) => {
        const time = Number(request.headers['webhook-timestamp']) * 1000
        return sound.receive({ ...request, receivedAt: time as Instant })
      },
    }),
    found: 'a webhook that is replayed outside the window is refused, where its time is signed',
  },
  {
    what: 'a crash at a body that is no JSON',
    breaks: (sound) => ({
      receive: async (request) => {
        const delivery = await sound.receive(request)
        JSON.parse(new TextDecoder().decode(request.body))
        return delivery
      },
    }),
    found: 'a hostile body that is signed tells nothing and breaks nothing',
  },
  {
    what: 'the body parsed before the signature is checked',
    breaks: (sound) => ({
      receive: (request) => {
        JSON.parse(new TextDecoder().decode(request.body))
        return sound.receive(request)
      },
    }),
    found: 'a hostile body that is not signed is refused',
  },
  {
    what: 'an event of the other mode believed',
    breaks: (sound) => ({
      receive: async (request) => {
        const { quarantined: _, ...delivery } = await sound.receive(request)
        return delivery
      },
    }),
    found: 'an event of the other mode is quarantined, not believed',
  },
  {
    what: 'another payment id in the reply than in the webhook',
    breaks: (sound) => replies(sound, renamed),
    found: 'charging a saved method is told alike by the reply, the webhook and the look-up',
  },
  {
    what: 'another time in the look-up than in the webhook',
    breaks: (sound) => ({
      fetch: async (thing, context) => (await sound.fetch(thing, context)).map(laterBy(1)),
    }),
    found:
      'a paid checkout is told alike by the webhook, the look-up and the answer (the core renews)',
  },
  {
    what: 'replies that do not say what they answer',
    breaks: (sound) =>
      replies(sound, (event) => {
        const { answers: _, ...rest } = event
        return rest as GatewayEvent
      }),
    found: 'a cancel at the period end is answered, told, and the vendor ends it then',
  },
  {
    what: 'amounts in whole dollars',
    breaks: (sound) => tells(sound, scaled(1 / 300)),
    found: 'amounts are whole minor units in a currency with 2 decimals',
  },
  {
    what: 'amounts a hundredfold',
    breaks: (sound) => tells(sound, scaled(100)),
    found: 'amounts are whole minor units in a currency with 0 decimals',
  },
  {
    what: 'the vendor’s own decline codes',
    breaks: (sound) =>
      replies(sound, (event) =>
        event.type === 'payment.failed'
          ? { ...event, decline: { ...event.decline, code: 'card_velocity_exceeded' as 'unknown' } }
          : event,
      ),
    found: 'a decline is an event with a code and an advice, and takes nothing',
  },
  {
    what: 'references promised, and nothing found by them',
    breaks: (sound) => ({
      ...freshKeys(sound),
      capabilities: declaring(sound, 'reference'),
      find: async () => null,
    }),
    found: 'charging a saved method happens once after a reply that is lost',
  },
  {
    what: 'something found before it was done',
    breaks: () => ({ find: async () => ({ events: [] }) }),
    found: 'charging a saved method is found by our reference, and not before it was done',
  },
  {
    what: 'an error thrown for what the vendor refuses',
    breaks: (sound) => ({
      perform: async (effect, context) => {
        const performed = await sound.perform(effect, context)
        if (performed.events.some(({ type }) => type === 'effect.refused')) throw new Error('404')
        return performed
      },
    }),
    found: 'every kind of effect about something unknown is answered, and moves nothing',
  },
  {
    what: 'a list that loses what is on its first page',
    breaks: (sound) => ({
      list: async (query, context) => {
        const page = await sound.list?.(query, context)
        return { items: page?.items.slice(1) ?? [], cursor: page?.cursor ?? null }
      },
    }),
    found: 'the list tells everything that the webhooks told (gateway renews)',
  },
  {
    what: 'a list that never ends',
    breaks: (sound) => ({
      list: async (query, context) => ({
        items: (await sound.list?.({ ...query, cursor: null }, context))?.items ?? [],
        cursor: 'again',
      }),
    }),
    found: 'the list tells everything that the webhooks told (billwright renews)',
  },
  {
    what: 'observations that are all dated alike',
    breaks: (sound) =>
      replies(sound, (event) =>
        event.type === 'subscription.observed'
          ? { ...event, observation: { ...event.observation, observedAt: 1.7e12 as Instant } }
          : event,
      ),
    found: 'an observation made later is dated later',
  },
  {
    what: 'a renewal without its period',
    breaks: (sound) =>
      tells(sound, (event) =>
        event.type === 'payment.succeeded'
          ? { ...event, payment: { ...event.payment, subject: null } }
          : event,
      ),
    found: 'a renewal is told with its subscription and period, alike by webhook and look-up',
  },
  {
    what: 'a wallet that is taken for a card',
    breaks: (sound) =>
      tells(sound, (event) =>
        event.type === 'checkout.completed' && event.method
          ? { ...event, method: { ...event.method, reusable: true } }
          : event,
      ),
    found: 'a wallet pays and cannot be charged again',
  },
]

/** The same gateway with another promise. */
export function declaring({ capabilities }: Gateway, dedupe: Dedupe): Gateway['capabilities'] {
  const kinds = Object.keys(capabilities.dedupe).map((kind) => [kind, dedupe])
  return { ...capabilities, dedupe: { ...capabilities.dedupe, ...Object.fromEntries(kinds) } }
}

/** A webhook says only what changed; the facts are looked up. */
export function hinting(sound: Gateway): Partial<Gateway> {
  return {
    receive: async (request) => {
      const { events, ...delivery } = await sound.receive(request)
      return { ...delivery, events: [], fetch: events.flatMap(thingsOf) }
    },
  }
}

function thingsOf(event: GatewayEvent): readonly Thing[] {
  switch (event.type) {
    case 'checkout.completed':
    case 'checkout.expired':
      return [{ kind: 'checkout', reference: event.reference }]
    case 'payment.succeeded':
      return [{ kind: 'payment', id: event.payment.id }]
    case 'payment.refunded':
      return [{ kind: 'payment', id: event.payment }]
    case 'subscription.observed': {
      const { subscription: id, period } = event.observation
      return [{ kind: 'subscription', id, since: period.start }]
    }
    default:
      return []
  }
}

/** Replies, and nothing else, say something different. */
function replies(sound: Gateway, rewrite: Rewrite): Partial<Gateway> {
  return {
    perform: async (effect, context) => rewritten(await sound.perform(effect, context), rewrite),
  }
}

/** Every source says something different, all the same. */
function tells(sound: Gateway, rewrite: Rewrite): Partial<Gateway> {
  return {
    ...replies(sound, rewrite),
    fetch: async (thing, context) => (await sound.fetch(thing, context)).map(rewrite),
    receive: async (request) => {
      const delivery = await sound.receive(request)
      return { ...delivery, events: delivery.events.map(rewrite) }
    },
  }
}

function rewritten(performed: Performed, rewrite: Rewrite): Performed {
  return { ...performed, events: performed.events.map(rewrite) }
}

function freshKeys(sound: Gateway, kind?: GatewayEffect['kind']): Partial<Gateway> {
  let attempts = 0
  return {
    perform: async (effect, context) => {
      if (kind && effect.kind !== kind) return sound.perform(effect, context)
      attempts += 1
      const key = `${effect.key}/${attempts}`
      const { key: answers } = effect
      const performed = await sound.perform({ ...effect, key }, context)
      return rewritten(performed, (event) => ({ ...event, answers }))
    },
  }
}

function renamed(event: GatewayEvent): GatewayEvent {
  if (event.type !== 'payment.succeeded') return event
  return { ...event, payment: { ...event.payment, id: `${event.payment.id}_reply` } }
}

function scaled(by: number): Rewrite {
  return (event) => {
    if (event.type !== 'checkout.completed' || !event.payment) return event
    return { ...event, payment: { ...event.payment, amount: event.payment.amount * by } }
  }
}

function laterBy(ms: number): Rewrite {
  return (event) =>
    event.type === 'checkout.completed' ? { ...event, at: (event.at + ms) as Instant } : event
}

function decline(effect: GatewayEffect, at: Instant): GatewayEvent {
  const invoice = effect.kind === 'payment.collect' ? effect.invoice : ''
  return {
    type: 'payment.failed',
    gateway: effect.gateway,
    answers: effect.key,
    payment: 'pay_unknown',
    subject: { invoice },
    decline: { code: 'processing_error', retry: 'later' },
    amount: 1,
    currency: 'USD',
    at,
  }
}
