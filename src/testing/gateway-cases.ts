/**
 * What every gateway adapter must do, as cases that run anywhere: no test runner, no network of their
 * own. Each builds a fresh stage, lets one customer shop through the adapter, and judges by the
 * vendor's own book. A case that needs what the gateway declares it cannot do says so.
 */
import type { Renewals } from '../core/index.ts'
import type { CaseDraft, Skipped } from './gateway-cases/case.ts'
import { BillingError } from '../errors.ts'
import { changeCases } from './gateway-cases/change-cases.ts'
import { checkoutCases } from './gateway-cases/checkout-cases.ts'
import { collectCases } from './gateway-cases/collect-cases.ts'
import { dedupeCases } from './gateway-cases/dedupe-cases.ts'
import { faultCases } from './gateway-cases/fault-cases.ts'
import { hostileCases } from './gateway-cases/hostile-cases.ts'
import { kindCases } from './gateway-cases/kind-cases.ts'
import { listCases } from './gateway-cases/list-cases.ts'
import { methodCases } from './gateway-cases/method-cases.ts'
import { refundCases } from './gateway-cases/refund-cases.ts'
import { renewalCases } from './gateway-cases/renewal-cases.ts'
import { requestCases } from './gateway-cases/request-cases.ts'
import { type CaseStage, openShop } from './gateway-cases/shop.ts'
import { webhookCases } from './gateway-cases/webhook-cases.ts'

export type { CaseStage } from './gateway-cases/shop.ts'
export { type CaseCatalogOptions, caseCatalog } from './gateway-cases/case-catalog.ts'

/** How a case wants its stage: who renews, and the time that its clock shows. */
export interface CaseSetup {
  readonly renewals: Renewals
  readonly start: string
}

/** One thing that a gateway adapter must do. */
export interface GatewayCase {
  /** The rule, in plain words. */
  readonly name: string
  /** Throws an `Error` with what was expected and what was found. */
  readonly run: () => Promise<'passed' | Skipped>
}

const START = '2026-01-15T10:00:00.000Z'

const drafts: readonly CaseDraft[] = [
  ...checkoutCases,
  ...collectCases,
  ...refundCases,
  ...methodCases,
  ...requestCases,
  ...changeCases,
  ...renewalCases,
  ...kindCases,
  ...dedupeCases,
  ...faultCases,
  ...listCases,
  ...webhookCases,
  ...hostileCases,
]

/**
 * The cases for one adapter. `setup` builds a fresh stage each time; it throws `gatewayConfigError`
 * about `renewals` where the gateway does not run with them.
 */
export function gatewayCases(
  setup: (options: CaseSetup) => Promise<CaseStage>,
): readonly GatewayCase[] {
  return drafts.map((draft) => ({ name: draft.name, run: () => run(draft, setup) }))
}

type Setup = Parameters<typeof gatewayCases>[0]

async function run(draft: CaseDraft, setup: Setup): Promise<'passed' | Skipped> {
  const stage = await stageFor(draft, setup)
  if ('skipped' in stage) return stage
  try {
    const { capabilities } = stage.gateway
    for (const need of draft.needs ?? []) {
      const missing = need(capabilities)
      if (missing !== null) return { skipped: missing }
    }
    const { behavior } = draft
    return (await draft.run(openShop(stage, behavior ? { behavior } : {}))) ?? 'passed'
  } finally {
    await stage.close()
  }
}

async function stageFor(draft: CaseDraft, setup: Setup): Promise<CaseStage | Skipped> {
  const wanted: readonly Renewals[] = draft.renewals ? [draft.renewals] : ['billwright', 'gateway']
  for (const renewals of wanted) {
    const stage = await stageWith(renewals, setup)
    if (stage) return stage
  }
  const quoted = wanted.map((each) => `'${each}'`).join(' and ')
  return { skipped: `capabilities.renewals is without ${quoted}` }
}

async function stageWith(renewals: Renewals, setup: Setup): Promise<CaseStage | null> {
  try {
    const stage = await setup({ renewals, start: START })
    if (stage.gateway.capabilities.renewals.includes(renewals)) return stage
    await stage.close()
    return null
  } catch (error) {
    const refused =
      BillingError.isInstance(error) &&
      error.kind === 'config' &&
      error.detail.option === 'renewals'
    if (refused) return null
    throw error
  }
}
