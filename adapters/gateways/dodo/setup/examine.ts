/** Key, business, clock and webhook endpoint, as Dodo shows them. */
import type { Calls } from '../client.ts'
import type { Settings } from '../options.ts'
import { BillingError } from 'billwright'
import { type Instant, instant } from 'billwright/core'
import { clockFinding, type Finding, ok, problem, type SetupContext } from 'billwright/setup'
import { type Fields, isFields } from '../read.ts'
import { EVENTS } from './events.ts'

const DASHBOARD = 'https://app.dodopayments.com/developer'

export async function examine(
  settings: Settings,
  call: Calls,
  context: SetupContext,
): Promise<readonly Finding[]> {
  const { mode, name } = settings
  const shown = await webhooksOf(call, context)
  if (shown === 'refused')
    return [
      problem(
        `Dodo refuses the key in ${mode} mode.`,
        `Keys of the two modes differ: take one of ${mode} mode from ${DASHBOARD}/api-keys, or change mode.`,
      ),
    ]
  return [
    ok(`The key is accepted in ${mode} mode.`),
    ...(shown.at === null || shown.at === LATEST
      ? []
      : clockFinding('Dodo', new Date(shown.at).toUTCString(), context.now)),
    ...(await businessFindings(settings, call, context)),
    ...endpointFindings(name, shown.webhooks, context),
    ok('The webhook secret has the right shape; whose it is, the first webhook shows.'),
  ]
}

/** Later than any reply: the connection shows the earlier of a reply's time and ours. */
const LATEST = instant(8_640_000_000_000_000)

/** The endpoints on the first page, which has more than a person looks after. */
async function webhooksOf(
  { read }: Calls,
  { signal }: SetupContext,
): Promise<'refused' | { readonly webhooks: readonly Fields[]; readonly at: Instant | null }> {
  try {
    const reply = await read({ now: LATEST, signal }, (dodo, options) =>
      dodo.webhooks.list({ limit: 100 }, options),
    )
    if (!reply.ok) return { webhooks: [], at: null }
    const listed: readonly unknown[] = reply.data.data
    return { webhooks: listed.filter(isFields), at: reply.at }
  } catch (error) {
    if (BillingError.isInstance(error) && error.detail.status === 401) return 'refused'
    throw error
  }
}

async function businessFindings(
  { businessId }: Settings,
  { read }: Calls,
  { now, signal }: SetupContext,
): Promise<readonly Finding[]> {
  if (businessId === null) return []
  const query = { page_number: 0, page_size: 1 }
  const reply = await read({ now, signal }, (dodo, options) => dodo.products.list(query, options))
  const [product] = reply.ok ? reply.data.items : []
  if (!product || product.business_id === businessId) return []
  return [
    problem(
      `The key is of business ${product.business_id}, and webhooks are taken of ${businessId} only.`,
      'Set businessId to the business that the key belongs to.',
    ),
  ]
}

function endpointFindings(
  name: string,
  webhooks: readonly Fields[],
  { webhookUrl }: SetupContext,
): readonly Finding[] {
  const ours = webhooks.filter(({ url }) =>
    webhookUrl === null ? String(url).endsWith(`/webhooks/${name}`) : url === webhookUrl,
  )
  if (ours.length > 0) return ours.flatMap(endpointFinding)
  const known = webhooks.map(({ url }) => String(url)).join(', ') || 'none'
  const url = webhookUrl ?? `https://your.app/billing/webhooks/${name}`
  return [
    problem(
      `No webhook endpoint leads to ${webhookUrl ?? `…/webhooks/${name}`}; there are: ${known}.`,
      `Add one at ${DASHBOARD}/webhooks: URL ${url}, events ${EVENTS.join(', ')}.`,
    ),
  ]
}

function endpointFinding({ url, disabled, filter_types: types }: Fields): readonly Finding[] {
  const enabled = new Set(Array.isArray(types) ? types : [])
  const missing = enabled.size === 0 ? [] : EVENTS.filter((event) => !enabled.has(event))
  const here = `${DASHBOARD}/webhooks`
  if (disabled !== true && missing.length === 0)
    return [ok(`The webhook endpoint ${url} is enabled, with every event.`)]
  return [
    ...(disabled === true
      ? [problem(`The webhook endpoint ${url} is disabled.`, `Enable it at ${here}.`)]
      : []),
    ...(missing.length > 0
      ? [problem(`${url} lacks events.`, `Enable them at ${here}: ${missing.join(', ')}.`)]
      : []),
  ]
}
