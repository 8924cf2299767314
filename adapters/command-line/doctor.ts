/** `billwright doctor`: what is not as it must be between the app and its gateways, and how to mend it. */
import type { Bill, Gateway } from 'billwright'
import {
  type Comparison,
  type Finding,
  goodsOf,
  ok,
  problem,
  type SetupContext,
} from 'billwright/setup'
import { type Command, type Outcome, type Said, textOf } from './command.ts'
import { APP_OPTIONS, chosenGateways, withApp } from './open-app.ts'
import { probeWebhook } from './probe-webhook.ts'
import { setupContext, whyUnreached } from './setup-context.ts'

export const doctor: Command = {
  help: `billwright doctor --app ./src/billing.ts [--export bill] [--env .env] [--gateway name]
                  [--url https://app.example/billing]
  Asks each gateway whether keys, webhooks, prices and clocks are as the app needs them, and says how to
  mend what is not. With --url, where the billing routes are mounted, it also knocks at the app's webhook
  route. Changes nothing. Fails if there is a problem.
`,
  options: { ...APP_OPTIONS, url: { type: 'string' } },
  run: (said) => withApp('doctor', said, (bill) => diagnose(bill, said)),
}

/** What is found at each gateway, in lines to read. */
export async function diagnose(
  bill: Pick<Bill, 'catalog' | 'gateways'>,
  said: Said = {},
): Promise<Outcome> {
  const reports: string[] = []
  let healthy = true
  for (const gateway of chosenGateways('doctor', said, bill)) {
    const findings = await examined(gateway, bill, said)
    healthy &&= findings.every(({ level }) => level !== 'problem')
    reports.push(reportOf(gateway, findings))
  }
  return { text: reports.join('\n'), ok: healthy }
}

async function examined(
  gateway: Gateway,
  { catalog }: Pick<Bill, 'catalog'>,
  said: Said,
): Promise<readonly Finding[]> {
  const url = textOf(said, 'url')?.replace(/\/+$/, '')
  const webhookUrl = url === undefined ? null : `${url}/webhooks/${gateway.name}`
  const context = setupContext(webhookUrl)
  const findings = await atTheVendor(gateway, catalog, context)
  const knocked = webhookUrl === null ? [] : [await probeWebhook(webhookUrl)]
  return [...findings, ...knocked]
}

async function atTheVendor(
  gateway: Gateway,
  catalog: Bill['catalog'],
  context: SetupContext,
): Promise<readonly Finding[]> {
  const setup = await gateway.setup?.()
  if (!setup) return [ok('This gateway has no checks of its own.')]
  const unreached = (error: unknown): readonly Finding[] => [
    problem(
      whyUnreached(error),
      'Look whether the vendor can be reached from here, then try again.',
    ),
  ]
  const findings = await setup.examine(context).catch(unreached)
  if (!setup.catalog) return findings
  const compared = await setup.catalog
    .compare(goodsOf(catalog), context)
    .then(catalogFindings)
    // What stops the comparison, such as a key that is refused, is among the findings already.
    .catch((error) => (findings.some(({ level }) => level === 'problem') ? [] : unreached(error)))
  return [...findings, ...compared]
}

function catalogFindings({ steps, same, options }: Comparison): readonly Finding[] {
  const agree = same === 0 ? [] : [ok(`${same} products and prices are as the app sells them.`)]
  const differ = steps.map(({ level, what, fix = 'npx billwright push' }): Finding => {
    return { level, what: capital(what), ...(level === 'ok' ? {} : { fix }) }
  })
  const lacks = 'The options of the gateway do not name what was made for these plans.'
  return [...agree, ...differ, ...(options === undefined ? [] : [problem(lacks, options)])]
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const SIGNS = { ok: '  ok      ', warning: '  warning ', problem: '  PROBLEM ' }

function reportOf(
  { name, mode, renewals }: Pick<Gateway, 'name' | 'mode' | 'renewals'>,
  findings: readonly Finding[],
): string {
  const lines = findings.map(({ level, what, fix }) => {
    const how = fix === undefined ? '' : `\n${fix.replace(/^/gm, '          → ')}`
    return `${SIGNS[level]}${what}${how}\n`
  })
  return `${name} (${mode}, renewals by ${renewals})\n${lines.join('')}`
}
