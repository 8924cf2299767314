/** Calls the app's hooks: at least once, with the same key each time, after the commit. */
import type { Instant } from '../core/index.ts'
import type { HookContext, Hooks } from '../options.ts'
import type { EffectRow } from '../storage.ts'
import type { Runtime } from './runtime.ts'
import { inTime } from './in-time.ts'

/** Calls what an effect is for, and waits for it for `hookTimeoutMs` at most. */
export async function callHook(
  { hooks, ports, hookTimeoutMs }: Runtime,
  row: EffectRow,
  now: Instant,
): Promise<void> {
  const late = () => new Error(`took longer than ${hookTimeoutMs} ms`)
  await inTime(ports, { ms: hookTimeoutMs, graceMs: 0, late }, () => call(hooks, row, now))
}

/** Returns without a call when it is stale or nobody listens any more. */
async function call(hooks: Hooks, row: EffectRow, now: Instant): Promise<void> {
  const { effect, key, account: customer, attempts: attempt } = row
  const context: HookContext = { customer, key, attempt }
  switch (effect.kind) {
    case 'notice.send': {
      const { staleAfter } = effect.notice
      if (staleAfter === null || now < staleAfter) await hooks.notice?.(effect.notice, context)
      return
    }
    case 'resource.archive':
      await hooks.archive?.({ feature: effect.feature, ids: effect.ids }, context)
      return
    case 'resource.restore':
      await hooks.restore?.({ feature: effect.feature, ids: effect.ids }, context)
      return
    case 'hook.call': {
      // The table is typed per event; the call cannot be, because the event is a union.
      const hook = hooks.on?.[effect.event.type] as
        | ((event: unknown, context: HookContext) => Promise<void> | void)
        | undefined
      await hook?.(effect.event, context)
      return
    }
    default:
      return
  }
}
