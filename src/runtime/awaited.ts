/**
 * What a caller waits for: the page of a checkout, the bank's answer, the gateway's word. Whoever asks
 * for the same thing meanwhile waits for the one attempt that is under way.
 */
import type { HostedPage } from '../gateway.ts'
import type { EffectRow } from '../storage.ts'
import type { Attempt } from './attempt.ts'
import type { Runtime } from './runtime.ts'
import { type Effect, type GatewayEffect, refuse } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { isGatewayEffect, isQuestion } from './change.ts'
import { dispatch } from './dispatch.ts'
import { factInputs } from './facts.ts'
import { claimKeys, goesOn, performRow } from './outbox.ts'
import { askGateway } from './perform.ts'
import { refused } from './refused.ts'

/** What the caller waits for; tidying up at the gateway is nobody's to wait for. */
export function isAwaited(effect: Effect): boolean {
  return (
    isGatewayEffect(effect) && effect.kind !== 'checkout.expire' && effect.kind !== 'method.detach'
  )
}

/** Asks the gateway one after the other, in the order of the decision. */
export async function performAwaited(
  runtime: Runtime,
  customer: string,
  rows: readonly EffectRow[],
): Promise<readonly HostedPage[]> {
  const pages: HostedPage[] = []
  for (const row of rows) {
    const { effect } = row
    if (!isGatewayEffect(effect)) continue
    const page = isQuestion(effect)
      ? await askQuestion(runtime, customer, effect)
      : pageOrThrow(await performOnce(runtime, row))
    if (page) pages.push(page)
  }
  return pages
}

/** Performs a leased effect; whoever asks for the same one meanwhile in this process waits for it. */
function performOnce(runtime: Runtime, row: EffectRow): Promise<Attempt> {
  const running = performWaited(runtime, row).finally(() => runtime.inFlight.delete(row.key))
  runtime.inFlight.set(row.key, running)
  return running
}

/** Whoever is told that it failed asks for it anew, so what is tried again by itself did not fail. */
async function performWaited(runtime: Runtime, row: EffectRow): Promise<Attempt> {
  const attempt = await performRow(runtime, row, true)
  if (attempt.outcome !== 'not_done' || !goesOn(row.effect)) return attempt
  return { outcome: 'unknown', error: { code: attempt.error.code } }
}

/** A question is asked under a key of its own each time: an old page may not be open any more. */
async function askQuestion(
  runtime: Runtime,
  account: string,
  effect: GatewayEffect,
): Promise<HostedPage | null> {
  const gateway = runtime.gateways.get(effect.gateway)
  if (!gateway)
    throw new BillingError('request', 'unknown_gateway', `No gateway is called ${effect.gateway}.`)
  const asked = { ...effect, key: `${effect.key}/${runtime.ports.newId()}` }
  const { events, page } = await askGateway(
    runtime,
    { gateway: effect.gateway, account },
    (context) => gateway.perform(asked, context),
  )
  const refusal = events.find((event) => event.type === 'effect.refused')
  if (refusal) throw gatewayRefused(effect.gateway, refusal.code)
  if (events.length > 0)
    await dispatch(runtime, {
      query: { by: { account } },
      inputs: (loaded, taken) => factInputs(events, loaded, taken),
    })
  return page ?? null
}

/** The page that an effect opened: known, under way, or to be opened now. */
export async function pageOf(runtime: Runtime, key: string): Promise<HostedPage | null> {
  const running = runtime.inFlight.get(key)
  if (running) return pageOrThrow(await running)
  for (let look = 0; look < LOOKS; look += 1) {
    const row = await runtime.storage.effect(key)
    if (!row || row.state === 'parked') return null
    if (row.state === 'done') return row.answer as HostedPage | null
    if (row.state === 'refused') return null
    const [mine] = await claimKeys(runtime, [key])
    if (mine) return pageOrThrow(await performOnce(runtime, mine))
    // Another process is at it.
    await runtime.ports.sleep(LOOK_PAUSE_MS)
  }
  throw refused(refuse('in_progress', { effect: key }))
}

const LOOKS = 25
const LOOK_PAUSE_MS = 200

function pageOrThrow(attempt: Attempt): HostedPage | null {
  switch (attempt.outcome) {
    case 'done':
      return attempt.performed.page ?? null
    case 'refused':
      throw gatewayRefused(attempt.performed.events[0]?.gateway ?? '', attempt.code)
    case 'not_done':
      throw attempt.error
    case 'unknown':
      // It is looked up in the background; the account says that it is under way.
      return null
    case 'impossible':
      throw new BillingError(
        'unavailable',
        'gateway_unavailable',
        'The payment provider could not be asked; please contact support.',
      )
  }
}

function gatewayRefused(gateway: string, code: string): BillingError {
  return new BillingError('refused', 'gateway_refused', 'The payment provider refused it.', {
    gateway,
    gatewayCode: code,
  })
}
