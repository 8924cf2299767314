/** The verbs that only read: status, entitlements, previews, lists. */
import type { Bill, CustomerRef, PreviewView } from '../bill.ts'
import type { Runtime } from './runtime.ts'
import { type Command, type Entitlements, emptyAccount, preview } from '../core/index.ts'
import { adoptCommand, previewAdopted } from './adopt.ts'
import { checkFeature } from './check-feature.ts'
import { countersOf } from './counters.ts'
import { explain } from './explain.ts'
import { quotedByGateway } from './gateway-quote.ts'
import { health } from './health.ts'
import { customerOf } from './ids.ts'
import { invoiceDocument } from './invoice-document.ts'
import { list } from './list.ts'
import { pageOf } from './operations.ts'
import { refused } from './refused.ts'
import { report } from './report/report.ts'
import { withResources } from './resources.ts'
import { entitlementsNow } from './snapshots.ts'
import { checkSupport } from './support.ts'
import { cancelCommand, commandFields, subscribeCommand } from './verbs.ts'
import { previewView, type Seen, seenAt, statusView } from './views.ts'

type Reads = Pick<
  Bill,
  | 'preview'
  | 'plans'
  | 'status'
  | 'entitlements'
  | 'value'
  | 'explain'
  | 'transactions'
  | 'invoices'
  | 'invoiceDocument'
  | 'notices'
  | 'readNotices'
  | 'journal'
  | 'audit'
  | 'list'
  | 'report'
  | 'health'
>

export function reads(runtime: Runtime): Reads {
  const { storage, catalog } = runtime
  const idOf = (ref: CustomerRef) => customerOf(ref).id
  return {
    preview: previews(runtime),
    plans: () => [...catalog.plans.values()].filter(({ archived }) => !archived),
    async status(customer, options) {
      return statusView(await see(runtime, idOf(customer), { things: true }), options)
    },
    entitlements: async (customer) => given(runtime, idOf(customer)),
    value: async (customer, feature) => (await given(runtime, idOf(customer))).get(feature).value,
    async explain(customer, feature) {
      checkFeature(catalog, feature)
      return explain(await see(runtime, idOf(customer)), feature)
    },
    transactions: async (customer, page) => storage.payments(idOf(customer), pageOf(page)),
    async invoices(customer, page) {
      const found = await storage.invoices(idOf(customer), pageOf(page))
      const items = found.items.map(({ series, number, ...row }) => ({
        ...row,
        number: runtime.invoiceNumbers.shown({ series, number }),
      }))
      return { items, next: found.next }
    },
    invoiceDocument: async (customer, invoice) => invoiceDocument(runtime, idOf(customer), invoice),
    async notices(customer, page = {}) {
      const { unread, ...rest } = page
      const filter = unread === undefined ? {} : { unread }
      return storage.notices(idOf(customer), { ...pageOf(rest), ...filter })
    },
    async readNotices(customer, ids) {
      await storage.readNotices(idOf(customer), ids, runtime.ports.clock.now())
    },
    async journal(customer, page) {
      const found = await storage.journal(idOf(customer), pageOf(page))
      return { items: found.items.map(({ seq, event }) => ({ seq, event })), next: found.next }
    },
    audit: async (customer, page) =>
      storage.audit(customer === null ? null : idOf(customer), pageOf(page)),
    list: (filter, page) => list(storage, filter, page),
    report: (period) => report(runtime, period),
    health: () => health(runtime),
  }
}

/** The account as it is now. One that does not exist reads as an empty one: nobody is nobody. */
async function see(
  runtime: Runtime,
  id: string,
  { things = false }: { readonly things?: boolean } = {},
): Promise<Seen> {
  const { storage, catalog, ports } = runtime
  const { account, usage: rows } = await storage.load({ by: { account: id } })
  const usage = things ? await withResources(runtime, id, rows) : countersOf(rows)
  return seenAt(account ?? emptyAccount(id), usage, ports.clock.now(), catalog)
}

/** What the customer has now, as old as the app allows. */
async function given(runtime: Runtime, id: string): Promise<Entitlements> {
  const { account, usage } = await runtime.snapshots.recent(id)
  return entitlementsNow(runtime, { account: account ?? emptyAccount(id), usage })
}

function previews(runtime: Runtime): Bill['preview'] {
  const show = async (ref: CustomerRef, command: Command): Promise<PreviewView> => {
    const { id } = customerOf(ref)
    const seen = await see(runtime, id, { things: true })
    const { account, usage, now, catalog } = seen
    checkSupport(account, command, runtime)
    const found = preview(account, usage, command, now, catalog)
    if (!found.ok) throw refused(found.refusal)
    return previewView(await quotedByGateway(runtime, id, found), seen)
  }
  return {
    subscribe: (customer, plan, options) => show(customer, subscribeCommand(plan, options)),
    changePlan: (customer, plan, options = {}) =>
      show(customer, { type: 'change_plan', plan, ...commandFields(options) }),
    cancel: (customer, options = {}) => show(customer, cancelCommand(options)),
    setQuantity: (customer, quantity, options = {}) =>
      show(customer, { type: 'set_quantity', quantity, ...commandFields(options) }),
    addOn: (customer, addOn, quantity, options = {}) =>
      show(customer, { type: 'set_add_on', addOn, quantity, ...commandFields(options) }),
    applyCoupon: (customer, coupon, options = {}) =>
      show(customer, { type: 'apply_coupon', coupon, ...commandFields(options) }),
    async adopt(ref, plan, options) {
      const customer = customerOf(ref)
      const command = await adoptCommand(runtime, customer, plan, options)
      return previewAdopted(runtime, customer, command)
    },
    move: (customer, options) =>
      show(customer, { type: 'move', ...commandFields(options), to: options.to }),
  }
}
