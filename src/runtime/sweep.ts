/** The sweep: lets time pass for every account that something is due for. */
import type { Queue } from './queue.ts'
import type { Runtime } from './runtime.ts'
import { settleAccount } from './dispatch.ts'
import { describeError } from './perform.ts'
import { leaseEnd } from './runtime.ts'

/**
 * Due accounts, `size` of them at one time. `settled` is called for each that something happened to.
 * One that fails stays leased, so it is tried again when its lease ends and keeps nobody waiting.
 */
export function dueAccounts(runtime: Runtime, size: number, settled: () => void): Queue<string> {
  const { storage, ports } = runtime
  // Due, and yet nothing happens: its commit ended the lease, so it would come again at once.
  const idle = new Set<string>()
  return {
    name: 'accounts',
    size,
    hold: size,
    async claim(limit) {
      const now = ports.clock.now()
      const due = await storage.due({ now, limit, leaseUntil: leaseEnd(runtime, now) })
      if (due.length === 0) idle.clear()
      return due
    },
    keyOf: (account) => account,
    async perform(account) {
      if (idle.has(account)) return
      try {
        const stepped = await settleAccount(runtime, account)
        if (stepped.outcome === 'committed' && stepped.events.length > 0) settled()
        else idle.add(account)
      } catch (error) {
        ports.log.error({ event: 'settle_failed', account, error: describeError(error) })
      }
    },
  }
}
