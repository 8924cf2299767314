/**
 * The worker: time, outbox, parked webhooks and what is to be tidied up, in any number of processes.
 * What it does is leased or compared before it is written, so two workers never do one thing twice.
 */
import type { Worked, WorkOptions } from '../bill.ts'
import type { Instant } from '../core/index.ts'
import type { Jobs } from './jobs.ts'
import type { Runtime } from './runtime.ts'
import { doChores } from './chores.ts'
import { dueDeliveries } from './due-deliveries.ts'
import { dueEffects } from './due-effects.ts'
import { describeError } from './perform.ts'
import { type Pace, serve } from './queue.ts'
import { reconcile } from './reconcile.ts'
import { dueAccounts } from './sweep.ts'

const MINUTE_MS = 60_000
const RECONCILE_EVERY_MS = 60 * MINUTE_MS
/** While a storage cannot be reached it is asked less and less often, down to this. */
const LONGEST_PAUSE_MS = 30_000

/** With a job engine one that looks by itself only makes sure that nothing is forgotten. */
const JOBS_BEAT_MS = 60_000

/** Works until the signal aborts, or with `once` until nothing is due. */
export async function work(runtime: Runtime, options: WorkOptions = {}): Promise<Worked> {
  const { jobs } = runtime
  const wake = () => runtime.wake.now()
  options.signal?.addEventListener('abort', wake)
  try {
    return await (jobs && !options.once
      ? workAsJobs(runtime, jobs, options)
      : look(runtime, options))
  } finally {
    options.signal?.removeEventListener('abort', wake)
  }
}

async function workAsJobs(runtime: Runtime, jobs: Jobs, options: WorkOptions): Promise<Worked> {
  const { signal, pollMs: beatMs = JOBS_BEAT_MS } = options
  const total = { ...NOTHING }
  const perform = async () => {
    const { more, ...done } = await look(runtime, { ...options, once: true })
    for (const what of Object.keys(NOTHING) as (keyof typeof NOTHING)[]) total[what] += done[what]
    return more
  }
  await Promise.all([
    jobs.serve({ perform, signal, beatMs }),
    reconcileInTurn(
      runtime,
      paceOf(runtime, options, () => {}),
    ),
  ])
  return { ...total, more: false }
}

const NOTHING = { accounts: 0, effects: 0, deliveries: 0, reservations: 0, numbered: 0, pruned: 0 }

async function look(runtime: Runtime, options: WorkOptions): Promise<Worked> {
  const { once = false, concurrency = 4, sweep = 500 } = options
  const total = { ...NOTHING }
  const failures: unknown[] = []
  const settled = () => {
    total.accounts += 1
  }
  const [effects, accounts, deliveries] = [
    dueEffects(runtime, concurrency),
    dueAccounts(runtime, sweep, settled),
    dueDeliveries(runtime, concurrency),
  ]
  const pace = paceOf(runtime, options, (error) => once && failures.push(error))
  // Each at a pace of its own: a gateway that hangs does not keep time from passing.
  const round = async (): Promise<number> => {
    const done = await Promise.all([
      serve(runtime, effects, pace),
      serve(runtime, accounts, pace),
      serve(runtime, deliveries, pace),
      doChores(runtime, (chore, rows) => (total[chore] += rows), pace),
      once ? 0 : reconcileInTurn(runtime, pace),
    ])
    total.effects += done[0]
    total.deliveries += done[2]
    return done.reduce((sum, each) => sum + each, 0)
  }
  // What one of them did may be work for another: with `once` the last round finds nothing.
  while ((await round()) > 0 && !pace.stopped() && failures.length === 0);
  // Whoever calls once must know that it did not work; whoever goes on tries again.
  if (failures.length > 0) throw failures[0]
  return { ...total, more: pace.stopped() }
}

function paceOf({ ports }: Runtime, options: WorkOptions, failed: Pace['failed']): Pace {
  const { once = false, signal, deadlineMs = 25_000, pollMs = 1_000 } = options
  const end = ports.clock.now() + deadlineMs
  return {
    stopped: () => signal?.aborted === true || (once && ports.clock.now() > end),
    async rest(woken, failures) {
      if (once) return false
      await ports.sleep(Math.min(pollMs * 2 ** failures, Math.max(pollMs, LONGEST_PAUSE_MS)), woken)
      return true
    },
    failed,
  }
}

/** Once an hour, in one process: what webhooks did not tell. */
async function reconcileInTurn(runtime: Runtime, { stopped, rest }: Pace): Promise<number> {
  const { storage, ports, owner, gateways } = runtime
  for (let next = 0; !stopped() && gateways.size > 0; ) {
    const woken = runtime.wake.signal()
    const now = ports.clock.now()
    if (now >= next) {
      next = now + MINUTE_MS
      try {
        const until = (now + RECONCILE_EVERY_MS) as Instant
        const mine = await storage.lease({
          name: 'reconcile',
          owner: `${owner}/${now}`,
          now,
          until,
        })
        if (mine) await reconcile(runtime, { stopped })
      } catch (error) {
        ports.log.error({ event: 'reconcile_failed', error: describeError(error) })
      }
    }
    await rest(woken, 0)
  }
  return 0
}
