/** `billwright push`: the app's prices, made at the gateways that keep products. */
import type { Bill, Gateway } from 'billwright'
import type { Command, Outcome, Said } from './command.ts'
import { type CatalogStep, type Comparison, goodsOf, type VendorCatalog } from 'billwright/setup'
import { APP_OPTIONS, chosenGateways, withApp } from './open-app.ts'
import { setupContext, whyUnreached } from './setup-context.ts'

export const push: Command = {
  help: `billwright push --app ./src/billing.ts [--export bill] [--env .env] [--gateway name] [--yes]
  Shows what differs between the app's plans and the products and prices at each gateway; with --yes it
  makes them so. What runs stays as it is, and nothing is ever deleted. Safe to repeat.
`,
  options: { ...APP_OPTIONS, yes: { type: 'boolean' } },
  run: (said) => withApp('push', said, (bill) => pushPrices(bill, said)),
}

/** What differs at each gateway, and with `yes` what was done about it, in lines to read. */
export async function pushPrices(
  bill: Pick<Bill, 'catalog' | 'gateways'>,
  said: Said = {},
): Promise<Outcome> {
  const reports: Outcome[] = []
  for (const gateway of chosenGateways('push', said, bill))
    reports.push(await pushed(gateway, bill, said.yes === true))
  return {
    text: reports.map(({ text }) => text).join('\n'),
    ok: reports.every(({ ok }) => ok),
  }
}

async function pushed(
  gateway: Gateway,
  { catalog }: Pick<Bill, 'catalog'>,
  yes: boolean,
): Promise<Outcome> {
  const title = `${gateway.name} (${gateway.mode})\n`
  const setup = await gateway.setup?.()
  if (!setup?.catalog) return { text: `${title}  keeps no prices: nothing to push\n`, ok: true }
  const goods = goodsOf(catalog)
  try {
    const { text, ok } = await compared(setup.catalog, goods, yes)
    return { text: title + text, ok }
  } catch (error) {
    return { text: `${title}  ${whyUnreached(error)}\n`, ok: false }
  }
}

type Goods = Parameters<VendorCatalog['compare']>[0]

async function compared(vendor: VendorCatalog, goods: Goods, yes: boolean): Promise<Outcome> {
  const context = setupContext(null)
  const before = await vendor.compare(goods, context)
  const todo = before.steps.filter(({ action }) => action !== 'keep')
  const shown = before.steps.map(lineOf).join('')
  const same = `  ${before.same} as they are to be\n`
  if (todo.length === 0)
    return { text: `${shown}${same}  nothing to do\n${optionsOf(before)}`, ok: true }
  if (!yes) return { text: `${shown}${same}  nothing was done yet: say --yes to do it\n`, ok: true }
  for (const step of todo) await vendor.apply(step, goods, context)
  const after = await vendor.compare(goods, context)
  const left = after.steps.filter(({ action }) => action !== 'keep')
  const done = left.length === 0 ? '  done\n' : `  still to do:\n${left.map(lineOf).join('')}`
  return { text: `${shown}${same}${done}${optionsOf(after)}`, ok: left.length === 0 }
}

const SIGNS = { create: '+', update: '~', archive: '-', keep: '=' }

function lineOf({ action, what }: CatalogStep): string {
  return `  ${SIGNS[action]} ${action} ${what}\n`
}

function optionsOf({ options }: Comparison): string {
  return options === undefined ? '' : `\n  Paste this into the gateway's options:\n\n${options}\n`
}
