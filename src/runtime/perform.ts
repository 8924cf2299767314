/**
 * Performs one leased effect: asks the gateway, and says what became of it. It decides about repeats
 * by what the adapter declares: a key is sent again, a reference is looked for first, and what has
 * neither and moves money is never sent twice.
 */
import type { GatewayEffect, GatewayEvent, Instant } from '../core/index.ts'
import type { PerformContext, Performed } from '../gateway.ts'
import type { EffectRow, Json } from '../storage.ts'
import type { Attempt } from './attempt.ts'
import type { Runtime } from './runtime.ts'
import { titleOf } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { notDone, outcomeUnknown } from '../gateway.ts'
import { askApp } from './ask-app.ts'
import { inTime } from './in-time.ts'

export async function attemptEffect(
  runtime: Runtime,
  row: Pick<EffectRow, 'account' | 'attempts' | 'sent'>,
  effect: GatewayEffect,
): Promise<Attempt> {
  const gateway = runtime.gateways.get(effect.gateway)
  if (!gateway) return { outcome: 'impossible', error: { code: 'unknown_gateway' } }
  try {
    return await withTimeout(runtime, { ...row, gateway: gateway.name }, async (context) => {
      const dedupe = gateway.capabilities.dedupe[effect.kind]
      const earlier = row.sent && dedupe !== 'key' ? await gateway.find(effect, context) : null
      if (earlier) return answered(effect, earlier)
      if (row.sent && dedupe === 'none' && movesMoney(effect))
        return { outcome: 'unknown', error: { code: 'not_found_yet' } }
      return answered(effect, await gateway.perform(effect, context))
    })
  } catch (error) {
    return failed(error)
  }
}

/** Asks what the vendor shows of something; failures are the caller's. */
export async function askGateway<T>(
  runtime: Runtime,
  { gateway, account }: { readonly gateway: string; readonly account: string },
  ask: (context: PerformContext) => Promise<T>,
): Promise<T> {
  return withTimeout(runtime, { gateway, account, attempts: 1 }, ask)
}

/** The same for what changes nothing: that nobody knows its outcome only means that there is no answer. */
export async function readGateway<T>(
  runtime: Runtime,
  who: { readonly gateway: string; readonly account: string },
  ask: (context: PerformContext) => Promise<T>,
): Promise<T> {
  try {
    return await askGateway(runtime, who, ask)
  } catch (error) {
    if (BillingError.isInstance(error) && error.code === 'outcome_unknown')
      throw notDone(who.gateway)
    throw error
  }
}

/** Whether sending it twice could take or give money twice. */
export function movesMoney({ kind }: GatewayEffect): boolean {
  return kind === 'payment.collect' || kind === 'payment.refund' || kind === 'subscription.change'
}

interface Asked {
  readonly gateway: string
  readonly account: string
  readonly attempts: number
}

async function withTimeout<T>(
  runtime: Runtime,
  { gateway, account, attempts }: Asked,
  call: (context: PerformContext) => Promise<T>,
): Promise<T> {
  const { catalog, ports, gatewayTimeoutMs } = runtime
  // A list is of nobody in particular.
  const customer =
    account === '' ? { id: '' } : await askApp(runtime, 'customer', () => runtime.customer(account))
  const late = () => outcomeUnknown(gateway, { reason: 'timeout' })
  return inTime(ports, { ms: gatewayTimeoutMs, late }, (signal) =>
    call({
      now: ports.clock.now(),
      signal,
      attempt: attempts,
      customer,
      titleOf: (id) => titleOf(catalog, id),
    }),
  )
}

function answered(effect: GatewayEffect, performed: Performed): Attempt {
  const refusal = performed.events.find(
    (event): event is Extract<GatewayEvent, { readonly type: 'effect.refused' }> =>
      event.type === 'effect.refused' && event.answers === effect.key,
  )
  return refusal
    ? { outcome: 'refused', code: refusal.code, performed }
    : { outcome: 'done', performed }
}

function failed(error: unknown): Attempt {
  if (!BillingError.isInstance(error)) return { outcome: 'unknown', error: describeError(error) }
  const { kind, code, detail } = error
  if (code === 'gateway_unavailable' || code === 'app_failed') {
    const { retryAfterMs } = detail
    const after = typeof retryAfterMs === 'number' ? retryAfterMs : 0
    return { outcome: 'not_done', error, retryAfterMs: after }
  }
  const shown = describeError(error)
  return kind === 'unavailable'
    ? { outcome: 'unknown', error: shown }
    : { outcome: 'impossible', error: shown }
}

/** An error as the outbox keeps it: code and message, never a stack or a cause, which may hold keys. */
export function describeError(error: unknown): Json {
  if (BillingError.isInstance(error)) return { code: error.code, message: error.message }
  return { code: 'unexpected', message: error instanceof Error ? error.name : 'unknown' }
}

/** The gateways' word that nothing was done, as the facts the core waits for. */
export function factsOfRefusal(
  effect: GatewayEffect,
  code: string,
  now: Instant,
): readonly GatewayEvent[] {
  const { gateway, key } = effect
  const refused = { type: 'effect.refused', gateway, answers: key, code } as const
  switch (effect.kind) {
    case 'checkout.open':
      return [{ type: 'checkout.expired', gateway, reference: effect.checkout.reference }]
    case 'payment.collect':
      return [
        {
          type: 'payment.failed',
          gateway,
          answers: key,
          payment: `refused:${key}`,
          subject: { invoice: effect.invoice },
          decline: { code: 'processing_error', retry: 'later' },
          amount: effect.amount,
          currency: effect.currency,
          at: now,
        },
      ]
    case 'payment.refund':
      return [
        { type: 'payment.refund_failed', gateway, payment: effect.payment, amount: effect.amount },
      ]
    default:
      return [refused]
  }
}
