/** The time panel: moves the clock to where something happens, and lets everybody do what is due. */
import type { AppBill } from './billing.ts'
import type { LabClock } from './clock.ts'
import { Router } from 'express'
import { DUNNING } from './billing.ts'
import { chosenProvider } from './gateways.ts'
import { signedIn, whose } from './owners.ts'

const DAY = 86_400_000

interface Jump {
  readonly id: 'day' | 'renewal' | 'grace_end' | 'next_reminder'
  readonly label: string
  readonly to: Date | null
}

export interface LabOptions {
  readonly bill: AppBill
  readonly clock: LabClock
  readonly labUrl: string
  readonly origin: string
}

export function lab({ bill, clock, labUrl, origin }: LabOptions): Router {
  const routes = Router()
  const walk = walking({ bill, clock, labUrl })
  routes.use(signedIn)

  routes.get('/', async (_request, response) => {
    const declines = chosenProvider().failingCard !== undefined
    const there = await jumps(bill, clock, whose(response))
    response.json({ now: new Date(clock.now()), jumps: there, declines })
  })

  routes.post('/advance', async (request, response) => {
    const owner = whose(response)
    const found = (await jumps(bill, clock, owner)).find(({ id }) => id === request.body?.jump)
    if (!found?.to) {
      response.status(409).json({ error: 'There is nothing to jump to', code: 'no_such_jump' })
      return
    }
    await walk(found.to)
    response.json({ now: new Date(clock.now()), jumps: await jumps(bill, clock, owner) })
  })

  // The owner saves the test card that is declined at every later charge.
  routes.post('/decline-next', async (_request, response) => {
    const opened = await bill.updatePaymentMethod(whose(response), { returnUrl: origin })
    const { failingCard: card } = chosenProvider()
    if ('url' in opened) await post(opened.url, { card })
    response.json({ card })
  })

  return routes
}

/** Where the clock can go for this owner. */
async function jumps(bill: AppBill, clock: LabClock, owner: string): Promise<readonly Jump[]> {
  const now = clock.now()
  const { subscription, invoices } = await bill.status(owner)
  const { status, period, ending, nextPayment, graceEndsAt } = subscription ?? {}
  const ahead = (at: number | undefined): Date | null =>
    at !== undefined && at > now ? new Date(at) : null
  const unpaid = invoices[0]?.dueAt.getTime()
  const renewal = (ending?.at ?? nextPayment?.at)?.getTime()
  const reminders = [
    nextPayment && !ending && status === 'active' && period && nextPayment.at.getTime() - 3 * DAY,
    graceEndsAt && graceEndsAt.getTime() - 2 * DAY,
  ]
  const next = reminders.filter((at) => typeof at === 'number' && at > now).sort()[0]
  const isOver = status === 'suspended' && unpaid !== undefined
  return [
    { id: 'day', label: 'One day later', to: new Date(now + DAY) },
    {
      id: 'renewal',
      label: ending ? 'To the end of the paid period' : 'To the next payment',
      to: status === 'active' ? ahead(renewal) : null,
    },
    {
      id: 'grace_end',
      label: isOver ? 'To the end of the subscription' : 'To the end of the grace period',
      // A minute more: the days count from the declined charge, which comes after the due date.
      to: isOver
        ? ahead(unpaid + DUNNING.endAfterDays * DAY + 60_000)
        : ahead(graceEndsAt?.getTime()),
    },
    { id: 'next_reminder', label: 'To the next reminder', to: ahead(Number(next) || undefined) },
  ]
}

/** Walks in steps of a day, so that nothing is done later than a worker would do it. */
function walking({ bill, clock, labUrl }: Pick<LabOptions, 'bill' | 'clock' | 'labUrl'>) {
  const step = async (to: number): Promise<void> => {
    const offset = to - Date.now()
    // Both clocks first, so that no webhook comes from another day than it is signed for.
    await post(`${labUrl}/lab/clock`, { offset })
    clock.offset = Math.max(clock.offset, offset)
    await post(`${labUrl}/lab/advance`, {})
    await bill.work({ once: true })
  }
  let last: Promise<void> = Promise.resolve()
  return (to: Date): Promise<void> => {
    const walk = async () => {
      for (let at = clock.now() + DAY; at < to.getTime(); at += DAY) await step(at)
      await step(to.getTime())
    }
    last = last.catch(() => {}).then(walk)
    return last
  }
}

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
}
