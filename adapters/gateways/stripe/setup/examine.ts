/** Key, mode, clock and webhook endpoint, as Stripe shows them. */
import type { Settings } from '../options.ts'
import type { Transport } from '../transport.ts'
import { BillingError } from 'billwright'
import {
  clockFinding,
  type Finding,
  ok,
  problem,
  type SetupContext,
  warning,
} from 'billwright/setup'
import { API_VERSION } from '../client.ts'
import { dig, type Fields, isFields, listAt, textAt } from '../fields.ts'
import { reading } from '../read.ts'
import { EVENTS } from './events.ts'

export async function examine(
  settings: Settings,
  call: Transport,
  context: SetupContext,
): Promise<readonly Finding[]> {
  const account = await accountOf(call, context)
  if (account === 'refused')
    return [
      problem(
        'Stripe refuses the secret key.',
        `Take a ${settings.mode} key from https://dashboard.stripe.com/apikeys and set secretKey to it.`,
      ),
    ]
  const endpoints = await reading(call).all(context, (stripe, page) =>
    stripe.webhookEndpoints.list(page),
  )
  return [
    ...(account === 'hidden' ? [hidden()] : accountFindings(settings, account, context)),
    ...endpointFindings(settings, endpoints, context),
    ok('The webhook secret has the right shape; whose it is, the first webhook shows.'),
  ]
}

/** The key's account; a restricted key may not be allowed to see it. */
async function accountOf(
  call: Transport,
  { signal }: SetupContext,
): Promise<Fields | 'refused' | 'hidden'> {
  try {
    const reply = await call({ signal, key: null }, (stripe) => stripe.accounts.retrieveCurrent())
    return reply.ok ? reply.data : 'hidden'
  } catch (error) {
    const status = BillingError.isInstance(error) ? error.detail.status : null
    if (status === 401) return 'refused'
    if (status === 403) return 'hidden'
    throw error
  }
}

function hidden(): Finding {
  return warning(
    'The key may not read its account, so less could be looked at.',
    'Give the restricted key «read» for accounts and webhook endpoints, or use the secret key here.',
  )
}

function accountFindings(
  { mode }: Settings,
  account: Fields,
  { now }: SetupContext,
): readonly Finding[] {
  const key = ok(`The key is accepted: ${mode} mode of ${textAt(account, 'id')}.`)
  const clock = clockFinding('Stripe', dateOf(account), now)
  if (mode === 'test' || account.charges_enabled === true) return [key, ...clock]
  const inactive = problem(
    'The account cannot take live payments yet.',
    'Finish the activation at https://dashboard.stripe.com/account/onboarding.',
  )
  return [key, inactive, ...clock]
}

/** The package keeps the reply beside the object; whose headers they are depends on its HTTP client. */
function dateOf(account: Fields): string | null {
  const reply = dig(account, 'lastResponse')
  const headers: unknown = isFields(reply) ? reply.headers : null
  return headers instanceof Headers ? headers.get('date') : textAt(headers, 'date')
}

const DASHBOARD = 'https://dashboard.stripe.com/webhooks'

function endpointFindings(
  { name, mode }: Settings,
  endpoints: readonly unknown[],
  { webhookUrl }: SetupContext,
): readonly Finding[] {
  const ours = endpoints.filter((each) => {
    const url = textAt(each, 'url') ?? ''
    return webhookUrl === null ? url.endsWith(`/webhooks/${name}`) : url === webhookUrl
  })
  const [first] = ours
  if (first === undefined) return [unregistered(name, webhookUrl, endpoints)]
  const strange = ours.some((each) => dig(each, 'livemode') !== (mode === 'live'))
  return [
    ...ours.flatMap(endpointFinding),
    ...(strange ? [otherMode(mode)] : []),
    ...(ours.length > 1 ? [repeated(ours)] : []),
  ]
}

function unregistered(
  name: string,
  webhookUrl: string | null,
  endpoints: readonly unknown[],
): Finding {
  const url = webhookUrl ?? `https://your.app/billing/webhooks/${name}`
  const known = endpoints.map((each) => textAt(each, 'url')).join(', ')
  return problem(
    `No webhook endpoint leads to ${webhookUrl ?? `…/webhooks/${name}`}; there are: ${known || 'none'}.`,
    `Add one at ${DASHBOARD}: URL ${url}, API version ${API_VERSION}, events ${EVENTS.join(', ')}.`,
  )
}

function endpointFinding(endpoint: unknown): readonly Finding[] {
  const url = textAt(endpoint, 'url')
  const here = `${DASHBOARD}/${textAt(endpoint, 'id')}`
  const enabled = new Set(listAt(endpoint, 'enabled_events'))
  const missing = enabled.has('*') ? [] : EVENTS.filter((event) => !enabled.has(event))
  const version = textAt(endpoint, 'api_version')
  const findings = [
    ...(textAt(endpoint, 'status') === 'enabled'
      ? []
      : [problem(`The webhook endpoint ${url} is disabled.`, `Enable it at ${here}.`)]),
    ...(missing.length === 0
      ? []
      : [problem(`${url} lacks events.`, `Enable them at ${here}: ${missing.join(', ')}.`)]),
    ...(version === API_VERSION ? [] : [otherVersion(url, version)]),
  ]
  return findings.length > 0
    ? findings
    : [ok(`The webhook endpoint ${url} is enabled, with every event.`)]
}

/** The adapter reads older shapes too, so that this alone breaks nothing today. */
function otherVersion(url: string | null, version: string | null): Finding {
  return warning(
    `${url} sends events in the API version ${version ?? 'of the account'}, not ${API_VERSION}.`,
    `An endpoint keeps its version: add another at ${DASHBOARD} with ${API_VERSION}, then remove this one.`,
  )
}

function otherMode(mode: Settings['mode']): Finding {
  return problem(
    `The webhook endpoint is of the other mode than the key in secretKey, which is ${mode}.`,
    'Let client and secretKey have the same key.',
  )
}

function repeated(endpoints: readonly unknown[]): Finding {
  const ids = endpoints.map((each) => textAt(each, 'id')).join(', ')
  return warning(
    `Several endpoints lead here (${ids}), and each signs with a secret of its own.`,
    'Remove all but one, or list every secret in webhookSecret.',
  )
}
