/** How much is used, as the core wants to see it: counters from the storage, things from the app. */
import type { Account, FeatureUsage, Instant, Resource, Usage } from '../core/index.ts'
import type { UsageRow } from '../storage.ts'
import type { StepInput } from './decide-step.ts'
import type { Runtime } from './runtime.ts'
import { instant, nextActionAt } from '../core/index.ts'
import { askApp } from './ask-app.ts'
import { countersOf } from './counters.ts'

interface Seen {
  readonly account: Account
  readonly rows: readonly UsageRow[]
  readonly inputs: readonly StepInput[]
  readonly now: Instant
}

/**
 * The usage for a decision. The app is asked what there is only when the decision may have to choose:
 * on a change of plan, and when something ends or changes by itself.
 */
export async function usageFor(runtime: Runtime, seen: Seen): Promise<Usage> {
  const { account, rows, inputs, now } = seen
  const due = nextActionAt(account, runtime.catalog)
  const choosing = inputs.some(({ type }) => !INDIFFERENT.has(type)) || (due !== null && due <= now)
  return choosing ? withResources(runtime, account.id, rows) : countersOf(rows)
}

/** Commands for which what exists makes no difference. */
const INDIFFERENT: ReadonlySet<string> = new Set([
  'register',
  'verify',
  'note_usage',
  'update_payment_method',
  'grant_credit',
  'refund',
  'remind_payment',
])

/** Counters and, for every limit that the app lists, the things themselves, which then count. */
export async function withResources(
  runtime: Pick<Runtime, 'catalog' | 'ports' | 'hookTimeoutMs'>,
  customer: string,
  rows: readonly UsageRow[],
): Promise<Usage> {
  const usage: Record<string, FeatureUsage> = { ...countersOf(rows) }
  const listed = [...runtime.catalog.features].flatMap(([feature, { list }]) =>
    list ? [{ feature, list }] : [],
  )
  const found = await Promise.all(
    listed.map(({ feature, list }) => askApp(runtime, `list of ${feature}`, () => list(customer))),
  )
  listed.forEach(({ feature }, i) => {
    const resources = (found[i] ?? []).map(
      ({ id, label, createdAt }): Resource => ({ id, label, createdAt: instant(createdAt) }),
    )
    usage[feature] = { used: resources.length, resources }
  })
  return usage
}
