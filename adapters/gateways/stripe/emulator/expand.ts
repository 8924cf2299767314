/** `expand`: ids that are shown as the objects behind them, four levels deep at most. */
import type { Vendor } from './vendor.ts'
import {
  type Shown,
  showAttempt,
  showCharge,
  showCustomer,
  showIntent,
  showMethod,
  showSession,
  showSetup,
} from './show.ts'
import {
  listOf,
  showInvoice,
  showInvoicePayments,
  showSchedule,
  showSubscription,
} from './show-billing.ts'
import { impossible } from './vendor-error.ts'

const DEPTH = 4

/** The object, or the list of them, with every path of `expand` followed. */
export function expanded(vendor: Vendor, shown: Shown, expand: unknown): Shown {
  const paths = typeof expand === 'object' && expand !== null ? Object.values(expand) : []
  let result = shown
  for (const path of paths) {
    const parts = String(path).split('.')
    if (parts.length > DEPTH)
      throw impossible('You cannot expand more than 4 levels of a property.')
    result = follow(vendor, result, parts) as Shown
  }
  return result
}

function follow(vendor: Vendor, at: unknown, parts: readonly string[]): unknown {
  const [name = '', ...rest] = parts
  if (Array.isArray(at)) return at.map((each) => follow(vendor, each, parts))
  if (typeof at !== 'object' || at === null) return at
  const shown = at as Shown
  const value = name === 'payments' ? paymentsOf(vendor, shown) : behind(vendor, shown[name])
  if (value === undefined) throw impossible(`This property cannot be expanded (${name}).`)
  return { ...shown, [name]: rest.length === 0 ? value : follow(vendor, value, rest) }
}

function paymentsOf(vendor: Vendor, shown: Shown): Shown | undefined {
  const invoice = vendor.invoices.get(String(shown.id))
  return invoice && listOf(showInvoicePayments(vendor, invoice), `/v1/invoice_payments`)
}

/** What an id stands for; anything else is itself. */
function behind(vendor: Vendor, value: unknown): unknown {
  if (typeof value !== 'string') return value
  const by = SHOW[value.split('_')[0] ?? '']
  return by ? by(vendor, value) : value
}

type Show = (vendor: Vendor, id: string) => unknown

function from<Kept>(
  table: (vendor: Vendor) => ReadonlyMap<string, Kept>,
  show: (vendor: Vendor, kept: Kept) => Shown,
): Show {
  return (vendor, id) => {
    const found = table(vendor).get(id)
    return found === undefined ? id : show(vendor, found)
  }
}

const SHOW: Readonly<Record<string, Show>> = {
  cus: from(
    (vendor) => vendor.customers,
    (_, each) => showCustomer(each),
  ),
  pm: from(
    (vendor) => vendor.methods,
    (_, each) => showMethod(each),
  ),
  pi: from((vendor) => vendor.intents, showIntent),
  sub: from((vendor) => vendor.subscriptions, showSubscription),
  in: from((vendor) => vendor.invoices, showInvoice),
  cs: from((vendor) => vendor.sessions, showSession),
  seti: from(
    (vendor) => vendor.setups,
    (_, each) => showSetup(each),
  ),
  sched: from((vendor) => vendor.schedules, showSchedule),
  setatt: (vendor, id) => {
    const setup = vendor.setups.get(id.replace('setatt', 'seti'))
    return setup ? showAttempt(setup) : id
  },
  ch: (vendor, id) => {
    const intent = [...vendor.intents.values()].find(({ charge }) => charge?.id === id)
    return intent ? showCharge(vendor, intent) : id
  },
}
