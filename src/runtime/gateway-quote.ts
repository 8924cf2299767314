/**
 * The quote where the gateway owns the clock: what it will charge is what it says, tax and its own
 * rounding included. The core's figure is only compared with it.
 */
import type { Preview } from '../core/index.ts'
import type { GatewayPreview } from '../gateway.ts'
import type { Runtime } from './runtime.ts'
import { readGateway } from './perform.ts'

type Shown = Extract<Preview, { readonly ok: true }>

/**
 * The preview with the gateway's figures in it. Throws `gateway_unavailable` when it cannot be asked:
 * the change could not be made then either, and another figure would be a wrong promise.
 */
export async function quotedByGateway(
  runtime: Runtime,
  account: string,
  preview: Shown,
): Promise<Shown> {
  const { asks, due, currency } = preview
  const gateway = asks ? runtime.gateways.get(asks.gateway) : undefined
  if (!asks || !gateway?.preview) return preview
  const who = { gateway: gateway.name, account }
  const quoted = await readGateway(runtime, who, async (context) => {
    return (await gateway.preview?.(asks, context)) ?? null
  })
  if (quoted === null) return preview
  if (quoted.due === due && quoted.currency === currency) return within(preview, quoted)
  const { name } = gateway
  const figures = { due: quoted.due, currency: quoted.currency, computed: due }
  runtime.ports.log.warn({ event: 'quote_differs', account, gateway: name, ...figures })
  return within(preview, quoted)
}

function within(preview: Shown, quoted: GatewayPreview): Shown {
  const { due, currency, creditAdded, renewsAt } = quoted
  const { quote, next } = preview
  const same = due === preview.due && currency === preview.currency
  return {
    ...preview,
    due,
    currency,
    // Lines that do not come to what is due would only confuse.
    lines: same ? preview.lines : [],
    creditAdded: creditAdded ?? preview.creditAdded,
    // Another currency is the gateway's to convert; the quote is of the subscription's own.
    quote: quote && currency === quote.currency ? { ...quote, due } : quote,
    next: next && renewsAt ? { ...next, at: renewsAt } : next,
  }
}
