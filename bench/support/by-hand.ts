/**
 * The limit: what a careful author writes by hand for one app. A small immutable state and a switch,
 * one new object per accepted event. Dates, amounts and invoice numbers are handed to it; it keeps
 * no journal, asks for no effects and gives no reason when it ignores something.
 */

export type Status =
  | 'none'
  | 'trialing'
  | 'active'
  | 'past_due'
  | 'suspended'
  | 'unpaid'
  | 'paused'
  | 'canceled'

/** What the small machines remember besides the status. */
export interface Facts {
  readonly plan: string
  /** The open checkout and its plan. */
  readonly checkout: string | null
  readonly wanted: string
  /** The plan a scheduled downgrade goes to. */
  readonly scheduled: string | null
  /** The invoice of an upgrade that waits for its payment, and its plan. */
  readonly quote: string | null
  readonly quoted: string
  /** The unpaid invoice. */
  readonly invoice: string | null
  readonly periodEnd: number
  readonly cancelAt: number | null
  readonly trialUsed: boolean
  /** Accepted events. */
  readonly version: number
}

export interface Small extends Facts {
  readonly status: Status
}

type Signal<Type extends string, Data = unknown> = { readonly type: Type } & Data

/** An input of the life in the words of the small machines: what happened and what it came to. */
export type SmallEvent =
  | Signal<'start_trial', { readonly plan: string; readonly end: number }>
  /** `checkout` is `null` where the account's credit pays all of it and the period begins at once. */
  | Signal<
      'check_out',
      { readonly plan: string; readonly checkout: string | null; readonly end: number }
    >
  | Signal<'checkout_paid', { readonly checkout: string; readonly end: number }>
  | Signal<'checkout_expired'>
  | Signal<'trial_end'>
  /** `invoice` is `null` where the account's credit pays all of it. */
  | Signal<'renew', { readonly invoice: string | null; readonly end: number }>
  | Signal<'upgrade', { readonly plan: string; readonly invoice: string | null }>
  | Signal<'downgrade', { readonly plan: string }>
  | Signal<'undo'>
  | Signal<'quote_expired'>
  | Signal<'cancel', { readonly at: number }>
  | Signal<'resume'>
  | Signal<'end'>
  | Signal<'pause'>
  | Signal<'unpause', { readonly invoice: string | null; readonly end: number }>
  | Signal<'paid', { readonly invoice: string }>
  | Signal<'declined', { readonly invoice: string }>
  | Signal<'retry'>
  | Signal<'grace_end'>
  | Signal<'dunning_end'>
  | Signal<'remind'>

export const NOTHING_YET: Small = {
  status: 'none',
  plan: '',
  checkout: null,
  wanted: '',
  scheduled: null,
  quote: null,
  quoted: '',
  invoice: null,
  periodEnd: 0,
  cancelAt: null,
  trialUsed: false,
  version: 0,
}

/** The next state, or the same object when the event changes nothing. */
export function step(now: Small, event: SmallEvent): Small {
  switch (event.type) {
    case 'start_trial': {
      if (now.trialUsed || now.status !== 'none') return now
      const next = copy(now)
      next.status = 'trialing'
      next.plan = event.plan
      next.periodEnd = event.end
      next.trialUsed = true
      return next
    }
    case 'check_out': {
      if (now.status !== 'none' && now.status !== 'trialing' && now.status !== 'unpaid')
        if (now.status !== 'canceled') return now
      if (now.checkout === event.checkout && event.checkout !== null) return now
      const next = copy(now)
      if (event.checkout === null) return begin(next, event.plan, event.end)
      next.checkout = event.checkout
      next.wanted = event.plan
      return next
    }
    case 'checkout_paid':
      if (now.checkout !== event.checkout) return now
      return begin(copy(now), now.wanted, event.end)
    case 'checkout_expired': {
      if (now.checkout === null) return now
      const next = copy(now)
      next.checkout = null
      return next
    }
    case 'trial_end':
      return now.status === 'trialing' ? become(now, 'unpaid') : now
    case 'renew': {
      if (now.status !== 'active' && now.status !== 'past_due') return now
      const next = copy(now)
      next.plan = now.scheduled ?? now.plan
      next.scheduled = null
      next.periodEnd = event.end
      next.invoice = event.invoice
      return next
    }
    case 'upgrade': {
      if (now.status !== 'active' || now.cancelAt !== null || now.invoice !== null) return now
      const next = copy(now)
      if (event.invoice === null) return change(next, event.plan)
      next.quote = event.invoice
      next.quoted = event.plan
      return next
    }
    case 'downgrade': {
      if (now.status !== 'active' || now.cancelAt !== null) return now
      if (now.scheduled === event.plan) return now
      const next = copy(now)
      next.scheduled = event.plan
      next.quote = null
      return next
    }
    case 'undo': {
      if (now.scheduled === null) return now
      const next = copy(now)
      next.scheduled = null
      return next
    }
    case 'quote_expired': {
      if (now.quote === null) return now
      const next = copy(now)
      next.quote = null
      return next
    }
    case 'cancel': {
      if (now.status !== 'active' || now.cancelAt === event.at) return now
      const next = copy(now)
      next.cancelAt = event.at
      next.scheduled = null
      next.quote = null
      return next
    }
    case 'resume': {
      if (now.cancelAt === null) return now
      const next = copy(now)
      next.cancelAt = null
      return next
    }
    case 'end':
      return now.cancelAt === null ? now : become(now, 'canceled')
    case 'pause': {
      if (now.status !== 'active' || now.cancelAt !== null || now.invoice !== null) return now
      const next = copy(now)
      next.status = 'paused'
      next.quote = null
      return next
    }
    case 'unpause': {
      if (now.status !== 'paused') return now
      const next = copy(now)
      next.status = 'active'
      next.invoice = event.invoice
      if (event.end === now.periodEnd) return next
      next.plan = now.scheduled ?? now.plan
      next.scheduled = null
      next.periodEnd = event.end
      return next
    }
    case 'paid': {
      if (now.quote === event.invoice) return change(copy(now), now.quoted)
      if (now.invoice !== event.invoice) return now
      const next = copy(now)
      next.status = 'active'
      next.invoice = null
      return next
    }
    case 'declined': {
      if (now.invoice !== event.invoice) return now
      const next = copy(now)
      if (now.status === 'active') next.status = 'past_due'
      return next
    }
    case 'grace_end':
      return now.status === 'past_due' ? become(now, 'suspended') : now
    case 'dunning_end': {
      if (now.status !== 'suspended') return now
      const next = become(now, 'canceled')
      next.invoice = null
      next.scheduled = null
      return next
    }
    case 'retry':
    case 'remind':
      return copy(now)
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** One constructor that writes all fields in one order, so that every state has the same shape. */
function copy(now: Small): Writable<Small> {
  return {
    status: now.status,
    plan: now.plan,
    checkout: now.checkout,
    wanted: now.wanted,
    scheduled: now.scheduled,
    quote: now.quote,
    quoted: now.quoted,
    invoice: now.invoice,
    periodEnd: now.periodEnd,
    cancelAt: now.cancelAt,
    trialUsed: now.trialUsed,
    version: now.version + 1,
  }
}

function become(now: Small, status: Status): Writable<Small> {
  const next = copy(now)
  next.status = status
  next.cancelAt = null
  return next
}

function begin(next: Writable<Small>, plan: string, end: number): Small {
  next.status = 'active'
  next.plan = plan
  next.checkout = null
  next.periodEnd = end
  return next
}

function change(next: Writable<Small>, plan: string): Small {
  next.plan = plan
  next.scheduled = null
  next.quote = null
  return next
}
