/**
 * A command from beginning to end: decide and commit, ask the gateway what the customer waits for,
 * and say what came of it. Everything after the commit can be lost and is found again.
 */
import type { CallOptions, CommandOutcome, Customer } from '../bill.ts'
import type { HostedPage } from '../gateway.ts'
import type { CommandRow, Json } from '../storage.ts'
import type { Decided } from './decide-step.ts'
import type { Runtime } from './runtime.ts'
import { type Account, type Command, effectKey, type Instant, refuse } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { adoptedClaims, takenElsewhere } from './adopt.ts'
import { answerOf } from './answer.ts'
import { isAwaited, pageOf, performAwaited } from './awaited.ts'
import { isQuestion, type Marks } from './change.ts'
import { trialClaim } from './claims.ts'
import { dispatch, type Stepped } from './dispatch.ts'
import { sha256 } from './hash.ts'
import { checkId } from './ids.ts'
import { freshRow } from './outbox.ts'
import { refused } from './refused.ts'
import { usageFor } from './resources.ts'
import { checkAsked, checkSupport } from './support.ts'
import { seenAt } from './views.ts'

/** What was asked, by whom, and how it is made repeatable. */
export interface CommandCall {
  readonly customer: Customer
  /** What is asked, with the rows it needs. */
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
      return [withTakenKeys(command, [...loaded.taken, ...taken], loaded.account)]
    },
    marks: (account, decided) => marksOf(runtime, call, hash, { account, decided }),
    inline: (effect) => !runtime.joined && isAwaited(effect),
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
      if (runtime.joined) return answer(runtime, call, null)
      const rows = effects.filter(isAwaited).map((effect) => freshRow(runtime, account.id, effect))
      const pages = await performAwaited(runtime, call.customer.id, rows)
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
  for (const key of runtime.joined ? [] : (row?.effects ?? [])) {
    const page = await pageOf(runtime, key)
    if (page) pages.push(page)
  }
  return answer(runtime, call, pages.at(-1) ?? null)
}

/** The outcome as the account shows it now; an open checkout of another call is shown with its page. */
export async function answer(
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
  const shows = checkout && !opened && !runtime.joined && SHOWS_CHECKOUT.has(command.type)
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
    const { checkouts, closedCheckouts, invoices, payments } = account
    const sold = [...Object.values(checkouts), ...closedCheckouts]
    const about =
      sold.find(({ reference }) => reference === command.reference) ??
      invoices.find(({ id }) => id === command.reference) ??
      payments.find(({ invoice }) => invoice === command.reference)
    return about?.group ?? 'default'
  }
  return 'default'
}

function marksOf(
  runtime: Runtime,
  { customer, command, options }: CommandCall,
  hash: string,
  { account, decided }: { readonly account: Account; readonly decided: Decided },
): Marks {
  if (runtime.joined) checkPages(decided)
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
  if (command.type === 'adopt') {
    const { found, mode: _, ...asked } = command
    return { ...asked, subscription: found.subscription }
  }
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

/** A page cannot be opened for something that may still be undone. */
function checkPages({ effects }: Decided): void {
  if (!effects.some((effect) => effect.kind === 'checkout.open' || isQuestion(effect))) return
  throw new BillingError(
    'refused',
    'not_in_transaction',
    'This sends the customer to a page: call it outside of the transaction.',
  )
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
  if (command.type === 'adopt') return { taken: Object.values(adoptedClaims(command)) }
  const keys = 'trialKeys' in command ? (command.trialKeys ?? []) : []
  return keys.length > 0 ? { taken: keys.map(trialClaim) } : {}
}

function withTakenKeys(command: Command, taken: readonly string[], own: Account | null): Command {
  if (command.type === 'adopt') return takenElsewhere(command, taken, own)
  if (command.type !== 'subscribe' && command.type !== 'start_trial') return command
  const keys = command.trialKeys ?? []
  const trialKeysTaken = keys.filter((key) => taken.includes(trialClaim(key)))
  return trialKeysTaken.length > 0 ? { ...command, trialKeysTaken } : command
}
