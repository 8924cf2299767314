/** The key, as Paystack takes it; and what only its dashboard shows. */
import type { Settings } from '../options.ts'
import type { Transport } from '../transport.ts'
import { BillingError } from 'billwright'
import { type Finding, ok, problem, type SetupContext, warning } from 'billwright/setup'

const DASHBOARD = 'https://dashboard.paystack.com/#/settings/developers'

export async function examine(
  { name, mode }: Settings,
  call: Transport,
  { signal, webhookUrl }: SetupContext,
): Promise<readonly Finding[]> {
  if (!(await isAccepted(call, signal)))
    return [problem('Paystack refuses the secret key.', `Take a ${mode} key from ${DASHBOARD}.`)]
  const field = mode === 'live' ? 'Live Webhook URL' : 'Test Webhook URL'
  const url = webhookUrl ?? `https://your.app/billing/webhooks/${name}`
  return [
    ok(`The key is accepted in ${mode} mode, and signs the webhooks.`),
    warning(
      'Paystack has no API that shows where its webhooks go.',
      `Look at ${DASHBOARD}: «${field}» must be ${url}.`,
    ),
  ]
}

/** Asks for something small that every key may read. */
async function isAccepted(call: Transport, signal: AbortSignal): Promise<boolean> {
  try {
    return (await call({ method: 'GET', path: '/balance', signal })).ok
  } catch (error) {
    if (BillingError.isInstance(error) && error.detail.status === 401) return false
    throw error
  }
}
