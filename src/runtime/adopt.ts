/** Adopting: the gateway is read, the rules look for differences, and only then anything is marked. */
import type { AdoptOptions, Customer, PreviewView } from '../bill.ts'
import type { Adoption, PerformContext } from '../gateway.ts'
import type { Runtime } from './runtime.ts'
import { type Account, type Command, emptyAccount, preview, refuse } from '../core/index.ts'
import { BillingError } from '../errors.ts'
import { gatewayClaim } from './claims.ts'
import { countersOf } from './counters.ts'
import { askGateway } from './perform.ts'
import { refused } from './refused.ts'
import { notSupported } from './support.ts'
import { previewView, seenAt } from './views.ts'

type Adopt = Extract<Command, { readonly type: 'adopt' }>

/** The command, with the subscription as the gateway shows it now. */
export async function adoptCommand(
  runtime: Runtime,
  { id }: Customer,
  plan: string,
  { gateway: name, subscription }: AdoptOptions,
): Promise<Adopt> {
  const gateway = runtime.gateways.get(name)
  if (!gateway) throw refused(refuse('gateway_required', { gateway: name }))
  const found = await ask(runtime, id, name, ({ read }, context) => read(subscription, context))
  if (!found)
    throw new BillingError('request', 'not_found', `${name} has no such subscription.`, {
      gateway: name,
      subscription,
    })
  return { type: 'adopt', plan, gateway: name, mode: gateway.mode, found }
}

/** What adopting comes to. Throws `adoption_mismatch` with every difference. */
export async function previewAdopted(
  runtime: Runtime,
  { id }: Customer,
  command: Adopt,
): Promise<PreviewView> {
  const { storage, catalog, ports } = runtime
  const taken = Object.values(adoptedClaims(command))
  const loaded = await storage.load({ by: { account: id }, taken })
  const now = ports.clock.now()
  const seen = seenAt(loaded.account ?? emptyAccount(id), countersOf(loaded.usage), now, catalog)
  const asked = takenElsewhere(command, loaded.taken, loaded.account)
  const shown = preview(seen.account, seen.usage, asked, now, catalog)
  if (!shown.ok) throw refused(shown.refusal)
  return previewView(shown, seen)
}

/** Marks what was looked at and found to match. */
export async function markAdopted(runtime: Runtime, account: string, command: Adopt) {
  const { gateway, found, plan } = command
  await ask(runtime, account, gateway, async (adoption, context) =>
    adoption.mark?.(found, plan, context),
  )
}

/** The claims that tell whether what is adopted belongs to somebody else. */
export function adoptedClaims({ gateway, found }: Adopt) {
  return {
    subscription: gatewayClaim(gateway, { kind: 'subscription', id: found.subscription }),
    customer: gatewayClaim(gateway, { kind: 'customer', id: found.customer }),
  } as const
}

/** The command with what of it another account has. */
export function takenElsewhere(
  command: Adopt,
  taken: readonly string[],
  own: Account | null,
): Adopt {
  const { gateway, found } = command
  const { subscription, customer } = adoptedClaims(command)
  const had = Object.values(own?.subscriptions ?? {}).some((each) => {
    return each.gateway === gateway && each.gatewayRef === found.subscription
  })
  const known = own?.gatewayCustomers[gateway] === found.customer
  return {
    ...command,
    takenElsewhere: [
      ...(taken.includes(subscription) && !had ? (['subscription'] as const) : []),
      ...(taken.includes(customer) && !known ? (['customer'] as const) : []),
    ],
  }
}

function ask<T>(
  runtime: Runtime,
  account: string,
  name: string,
  call: (adoption: Adoption, context: PerformContext) => Promise<T>,
): Promise<T> {
  const gateway = runtime.gateways.get(name)
  if (!gateway?.adoption) throw notSupported(name, 'adopt')
  const { adoption } = gateway
  const asked = { gateway: name, account, attempts: 1 }
  return askGateway(runtime, asked, (context) => call(adoption, context))
}
