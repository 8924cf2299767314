/** Key, mode and webhook, as PayMongo shows them. */
import type { Settings } from '../options.ts'
import type { Transport } from '../transport.ts'
import type { Fields } from '../wire.ts'
import { BillingError } from 'billwright'
import { type Finding, ok, problem, type SetupContext } from 'billwright/setup'
import { isFields } from '../read-resource.ts'
import { EVENTS } from './events.ts'

const DASHBOARD = 'https://dashboard.paymongo.com/developers'
const API = 'https://api.paymongo.com/v1/webhooks'

export async function examine(
  { name, mode }: Settings,
  call: Transport,
  context: SetupContext,
): Promise<readonly Finding[]> {
  const webhooks = await webhooksOf(call, context)
  if (webhooks === null)
    return [problem('PayMongo refuses the secret key.', `Take a ${mode} key from ${DASHBOARD}.`)]
  return [
    ok(`The key is accepted in ${mode} mode.`),
    ...webhookFindings({ name, mode }, webhooks, context),
    ok('The webhook secret has the right shape; whose it is, the first webhook shows.'),
  ]
}

interface Webhook {
  readonly id: string
  readonly shown: Fields
}

/** `null` where the key is refused. */
async function webhooksOf(
  call: Transport,
  { signal }: SetupContext,
): Promise<readonly Webhook[] | null> {
  try {
    const reply = await call({ method: 'GET', path: '/v1/webhooks', signal })
    const listed: readonly unknown[] = reply.ok && Array.isArray(reply.data) ? reply.data : []
    return listed.filter(isFields).map(({ id, attributes }) => {
      return { id: String(id), shown: isFields(attributes) ? attributes : {} }
    })
  } catch (error) {
    if (BillingError.isInstance(error) && error.detail.status === 401) return null
    throw error
  }
}

function webhookFindings(
  { name, mode }: Pick<Settings, 'name' | 'mode'>,
  webhooks: readonly Webhook[],
  { webhookUrl }: SetupContext,
): readonly Finding[] {
  const ours = webhooks.filter(({ shown: { url } }) =>
    webhookUrl === null ? String(url).endsWith(`/webhooks/${name}`) : url === webhookUrl,
  )
  if (ours.length > 0) return ours.flatMap((each) => webhookFinding(each, mode))
  const known = webhooks.map(({ shown }) => String(shown.url)).join(', ') || 'none'
  const url = webhookUrl ?? `https://your.app/billing/webhooks/${name}`
  return [
    problem(
      `No webhook leads to ${webhookUrl ?? `…/webhooks/${name}`}; there are: ${known}.`,
      `Create one at ${DASHBOARD}: URL ${url}, events ${EVENTS.join(', ')}.`,
    ),
  ]
}

function webhookFinding({ id, shown }: Webhook, mode: Settings['mode']): readonly Finding[] {
  const { url, status, livemode, events } = shown
  const enabled = new Set(Array.isArray(events) ? events : EVENTS)
  const missing = EVENTS.filter((event) => !enabled.has(event))
  const wrong: Finding[] = []
  if (status !== 'enabled') wrong.push(disabled(id, shown, mode))
  if (missing.length > 0)
    wrong.push(
      problem(
        `The webhook ${url} lacks events.`,
        `Add them at ${DASHBOARD}: ${missing.join(', ')}.`,
      ),
    )
  if (typeof livemode === 'boolean' && livemode !== (mode === 'live'))
    wrong.push(
      problem(`The webhook ${url} is not of ${mode} mode.`, `Create one with the ${mode} key.`),
    )
  return wrong.length > 0 ? wrong : [ok(`The webhook ${url} is enabled, with every event.`)]
}

/** PayMongo turns a webhook off by itself, and on again only when it is told to. */
function disabled(id: string, { url, disabled_reason: reason }: Fields, mode: string): Finding {
  const why =
    reason === 'max_retries_exceeded' ? 'because too many deliveries failed' : 'by a person'
  return problem(
    `The webhook ${url} is disabled, ${why}: nothing is delivered until it is enabled.`,
    `See that the app answers, then: curl -X POST -u sk_${mode}_…: ${API}/${id}/enable`,
  )
}
