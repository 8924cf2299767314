/**
 * A command from beginning to end: decide and commit, ask the gateway what the customer waits for,
 * and say what came of it. Everything after the commit can be lost and is found again.
 */
import type { CallOptions, CommandOutcome, Customer } from '../bill.ts'
import type { HostedPage } from '../gateway.ts'
import type { CommandRow, EffectRow, Json } from '../storage.ts'
import type { Attempt } from './attempt.ts'
import type { Decided } from './decide-step.ts'
import type { Runtime } from './runtime.ts'
import {
  type Account,
  type Command,
  type Effect,
  effectKey,
  type GatewayEffect,
  type Instant,
  type Refusal,
  refuse,
} from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { answerOf } from './answer.ts'
import { isGatewayEffect, isQuestion, type Marks } from './change.ts'
import { trialClaim } from './claims.ts'
import { dispatch, type Stepped } from './dispatch.ts'
import { factInputs } from './facts.ts'
import { sha256 } from './hash.ts'
import { checkId } from './ids.ts'
import { claimKeys, freshRow, goesOn, performRow } from './outbox.ts'
import { askGateway } from './perform.ts'
import { usageFor } from './resources.ts'
import { checkAsked, checkSupport } from './support.ts'
import { seenAt } from './views.ts'

/** What was asked, by whom, and how it is made repeatable. */
export interface CommandCall {
  readonly customer: Customer
  /** The command, or how to make it from the account; a lookup of rows it needs may come first. */
  readonly command: Command
  readonly options: CallOptions
}

/** Runs a command. Throws `refused` with the refusal's code, or what the gateway call came to. */
export async function runCommand(runtime: Runtime, call: CommandCall): Promise<CommandOutcome> {
  const { command, options } = call
  const { id } = call.customer
  const { idempotencyKey: key } = options
  if (key !== undefined) checkId(key, 'idempotency key')
  const hash = key === undefined ? '' : await sha256(JSON.stringify(askedOf(command)))
  const stepped = await dispatch(runtime, {
    query: {
      by: { account: id },
      ...(key !== undefined && { command: key }),
      ...trialQuery(command),
    },
    creates: id,
    inputs(loaded, taken) {
      if (loaded.account) checkSupport(loaded.account, command, runtime)
      return [withTakenKeys(command, [...loaded.taken, ...taken])]
    },
    marks: (account, decided) => marksOf(runtime, call, hash, { account, decided }),
    inline: isAwaited,
  })
  return finish(knowing(runtime, call.customer), call, hash, stepped)
}

/** What the caller said of the customer goes to the gateway, before what the app looks up. */
function knowing(runtime: Runtime, { id, ...told }: Customer): Runtime {
  const customer = async () => ({ ...(await runtime.customer(id)), ...told, id })
  return { ...runtime, customer }
}

async function finish(
  runtime: Runtime,
  call: CommandCall,
  hash: string,
  stepped: Stepped,
): Promise<CommandOutcome> {
  switch (stepped.outcome) {
    case 'refused':
      throw refused(stepped.refusal)
    case 'taken':
      throw refused(refuse('coupon_used', { claim: stepped.claim }))
    case 'nobody':
      throw refused(refuse('subscription_required'))
    case 'duplicate':
      return repeat(runtime, call, hash, stepped.loaded.command)
    case 'committed': {
      const { account, effects } = stepped
      const rows = effects.filter(isAwaited).map((effect) => freshRow(runtime, account.id, effect))
      const pages = await performAwaited(runtime, call, rows)
      return answer(runtime, call, pages.at(-1) ?? null)
    }
  }
}

/** The same key came again: the same answer, from what is true now. */
async function repeat(
  runtime: Runtime,
  call: CommandCall,
  hash: string,
  row: CommandRow | null,
): Promise<CommandOutcome> {
  if (row && row.hash !== hash)
    throw new BillingError(
      'request',
      'idempotency_mismatch',
      'The idempotency key was used for another request.',
    )
  const pages: HostedPage[] = []
  for (const key of row?.effects ?? []) {
    const page = await pageOf(runtime, key)
    if (page) pages.push(page)
  }
  return answer(runtime, call, pages.at(-1) ?? null)
}

/** Asks the gateway one after the other, in the order of the decision. */
async function performAwaited(
  runtime: Runtime,
  call: CommandCall,
  rows: readonly EffectRow[],
): Promise<readonly HostedPage[]> {
  const pages: HostedPage[] = []
  for (const row of rows) {
    const { effect } = row
    if (!isGatewayEffect(effect)) continue
    const page = isQuestion(effect)
      ? await askQuestion(runtime, call.customer.id, effect)
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
  const { events, page } = await askGateway(runtime, account, (context) =>
    gateway.perform(asked, context),
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
async function pageOf(runtime: Runtime, key: string): Promise<HostedPage | null> {
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

/** The outcome as the account shows it now; an open checkout of another call is shown with its page. */
async function answer(
  runtime: Runtime,
  { customer, command }: CommandCall,
  opened: HostedPage | null,
): Promise<CommandOutcome> {
  const { storage, catalog, ports } = runtime
  const { account, usage: rows } = await storage.load({ by: { account: customer.id } })
  if (!account) return { status: 'none', subscription: null }
  const now = ports.clock.now()
  const group = groupOf(command, account, runtime)
  const checkout = account.checkouts[group]
  const shows = checkout && !opened && SHOWS_CHECKOUT.has(command.type)
  const page = shows
    ? await pageOf(runtime, effectKey('checkout.open', account.id, checkout.reference, 0))
    : opened
  const usage = await usageFor(runtime, { account, rows, inputs: [command], now })
  return answerOf({ seen: seenAt(account, usage, now, catalog), command, group, page })
}

const SHOWS_CHECKOUT: ReadonlySet<string> = new Set(['subscribe', 'start_trial', 'move'])

function groupOf(command: Command, account: Account, { catalog }: Runtime): string {
  if ('group' in command && command.group !== undefined) return command.group
  if ('plan' in command) return catalog.plans.get(command.plan)?.group ?? 'default'
  if (command.type === 'verify') {
    const all = [...Object.values(account.checkouts), ...account.closedCheckouts]
    return all.find(({ reference }) => reference === command.reference)?.group ?? 'default'
  }
  return 'default'
}

/** What the caller waits for; tidying up at the gateway is nobody's to wait for. */
function isAwaited(effect: Effect): boolean {
  return (
    isGatewayEffect(effect) && effect.kind !== 'checkout.expire' && effect.kind !== 'method.detach'
  )
}

function marksOf(
  runtime: Runtime,
  { customer, command, options }: CommandCall,
  hash: string,
  { account, decided }: { readonly account: Account; readonly decided: Decided },
): Marks {
  checkRate(runtime, account, decided)
  checkAsked(command, decided.effects, runtime.gateways)
  const now = runtime.ports.clock.now()
  const key = options.idempotencyKey
  const effects = decided.effects.filter((each) => isAwaited(each) && !isQuestion(each))
  const row = { account: customer.id, hash, effects: effects.map((each) => each.key), at: now }
  const silent = decided.events.length === 0 && decided.effects.length === 0
  return {
    command: key === undefined ? null : { ...row, key },
    audit: silent
      ? null
      : {
          id: runtime.ports.newId(),
          account: customer.id,
          at: now,
          actor: options.actor ?? null,
          action: command.type,
          input: inputOf(command),
          versionBefore: account.version - decided.events.length,
          versionAfter: account.version,
        },
  }
}

/** What was asked, the same every time it is asked: a row from the storage stands for its id. */
function askedOf(command: Command): object {
  if (command.type !== 'refund') return command
  const { gateway, id } = command.payment
  return { ...command, payment: { gateway, id } }
}

/** The arguments for the audit log: URLs are left out. */
function inputOf(command: Command): Json {
  const { type: _, ...given }: { readonly type?: string } = askedOf(command)
  const shown = Object.entries(given).filter(([name]) => !name.endsWith('Url'))
  return JSON.parse(JSON.stringify(Object.fromEntries(shown)))
}

/** Opening checkouts by the dozen is how stolen cards are tried. */
function checkRate(
  { checkoutsPerHour, ports }: Runtime,
  account: Account,
  { events }: Decided,
): void {
  const opened = events.some(({ type }) => type === 'checkout.opened')
  if (checkoutsPerHour === null || !opened) return
  const since = (ports.clock.now() - HOUR_MS) as Instant
  const tried = [...Object.values(account.checkouts), ...account.closedCheckouts].filter(
    (checkout) => checkout.openedAt > since && !isCompleted(checkout),
  )
  if (tried.length > checkoutsPerHour)
    throw new BillingError('request', 'rate_limited', 'Too many checkouts; try again later.', {
      retryAfterMs: HOUR_MS,
    })
}

const HOUR_MS = 3_600_000

function isCompleted(checkout: object): boolean {
  return 'closed' in checkout && checkout.closed === 'completed'
}

function trialQuery(command: Command): { readonly taken?: readonly string[] } {
  const keys = 'trialKeys' in command ? (command.trialKeys ?? []) : []
  return keys.length > 0 ? { taken: keys.map(trialClaim) } : {}
}

function withTakenKeys(command: Command, taken: readonly string[]): Command {
  if (command.type !== 'subscribe' && command.type !== 'start_trial') return command
  const keys = command.trialKeys ?? []
  const trialKeysTaken = keys.filter((key) => taken.includes(trialClaim(key)))
  return trialKeysTaken.length > 0 ? { ...command, trialKeysTaken } : command
}

/** A refusal as the error that verbs throw. */
export function refused({ code, message, detail }: Refusal): BillingError {
  return new BillingError('refused', code, message, detail)
}
