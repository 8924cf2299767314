/**
 * Knocks at the app's webhook route without a signature. A route that is mounted rightly refuses just
 * that; anything else says what stands in the way.
 */
import { type Finding, ok, problem } from 'billwright/setup'

const PATIENCE_MS = 10_000
const MAX_BYTES = 10_000

export async function probeWebhook(url: string): Promise<Finding> {
  const reply = await knock(url).catch(() => null)
  if (reply === null)
    return problem(`Nobody answers at ${url}.`, 'Start the app, or say its address with --url.')
  const { status, code } = reply
  if (code === 'invalid_signature')
    return ok(`${url} gets the body as it was sent and refuses what is not signed.`)
  return ANSWERS[code] ? ANSWERS[code](url) : byStatus(url, status)
}

async function knock(url: string): Promise<{ readonly status: number; readonly code: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"type":"billwright.doctor"}',
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  const text = (await response.text()).slice(0, MAX_BYTES)
  const code = /"code":\s*"(\w+)"/.exec(text)?.[1] ?? ''
  return { status: response.status, code }
}

const MOUNT =
  'Say with --url where the billing routes are mounted, such as https://app.example/billing.'

const ANSWERS: Readonly<Record<string, (url: string) => Finding>> = {
  raw_body_unavailable: (url) =>
    problem(
      `Something reads the body before billing does at ${url}: a body parser, such as express.json().`,
      'Mount billing before it, or keep the raw bytes: express.json({ verify: (req, res, raw) => { req.rawBody = raw } }).',
    ),
  unknown_gateway: (url) =>
    problem(
      `The app that answers at ${url} has no gateway of this name.`,
      'Look whether what runs there has the same gateways and names as this module.',
    ),
  not_found: (url) => problem(`The billing routes answer at ${url}, but not this one.`, MOUNT),
}

function byStatus(url: string, status: number): Finding {
  if (status < 300)
    return problem(`${url} accepts a webhook that nobody signed: it is not billing's route.`, MOUNT)
  if (status < 400)
    return problem(
      `${url} answers with a redirect (${status}), which gateways do not follow.`,
      'Register the address that it leads to, and say that with --url.',
    )
  if (status === 404 || status === 405)
    return problem(`There is no webhook route at ${url} (${status}).`, MOUNT)
  if (status === 401 || status === 403)
    return problem(
      `Something in front of billing asks who is calling at ${url} (${status}).`,
      'Let POST to /webhooks/ pass without sign-in, CSRF token and firewall page: the signature guards it.',
    )
  return problem(
    `${url} answers ${status} before billing sees the body.`,
    'Look for a middleware before the billing routes: a body parser, a limit, an error of its own.',
  )
}
