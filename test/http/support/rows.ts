/**
 * Who may call what, written by hand: one row per route, beside the route table and not made from it.
 * `needs` is the right that is needed for the customer; `all` the right over all customers.
 */
export interface Row {
  readonly needs: 'nothing' | 'read' | 'manage' | 'admin' | 'all'
  readonly verb: string
  readonly body?: unknown
  /** What stands in the path, where it is not the customer. */
  readonly path?: string
}

const plan = { plan: 'pro' }
const read = (verb: string): Row => ({ needs: 'read', verb })
const manage = (verb: string, body: unknown = {}): Row => ({ needs: 'manage', verb, body })
const admin = (verb: string, body?: unknown): Row => ({ needs: 'admin', verb, body })
const all = (verb: string): Row => ({ needs: 'all', verb })
const shown = (verb: string, body: unknown): Row => ({ needs: 'read', verb, body })

export const ROWS: Readonly<Record<string, Row>> = {
  'GET /plans': { needs: 'nothing', verb: 'plans' },
  'GET /status': read('status'),
  'GET /entitlements': read('entitlements'),
  'GET /entitlements/:feature': { ...read('check'), path: '/entitlements/listings' },
  'GET /usage': read('entitlements'),
  'GET /transactions': read('transactions'),
  'GET /invoices': read('invoices'),
  'GET /invoices/:invoice/document': {
    ...read('invoiceDocument'),
    path: '/invoices/i1/document',
  },
  'GET /notices': read('notices'),
  'POST /notices/read': shown('readNotices', { ids: ['n1'] }),
  'POST /usage/:feature': { ...manage('use'), path: '/usage/listings' },
  'POST /usage/:feature/release': { ...manage('release'), path: '/usage/listings/release' },
  'POST /register': manage('register'),
  'POST /checkout': manage('subscribe', plan),
  'POST /trial': manage('startTrial', plan),
  'GET /verify/:reference': { needs: 'manage', verb: 'verify', path: '/verify/ref-:customer' },
  'POST /change': manage('changePlan', plan),
  'POST /upgrade': manage('changePlan', plan),
  'POST /downgrade': manage('changePlan', plan),
  'POST /undo': manage('undoChange'),
  'POST /cancel': manage('cancel', { at: 'period_end' }),
  'POST /resume': manage('resume'),
  'POST /pause': manage('pause'),
  'POST /unpause': manage('unpause'),
  'POST /quantity': manage('setQuantity', { quantity: 5 }),
  'POST /add-ons': manage('addOn', { addOn: 'seats', quantity: 2 }),
  'POST /coupon': manage('applyCoupon', { coupon: 'LAUNCH20' }),
  'DELETE /coupon': manage('removeCoupon'),
  'POST /payment-method': manage('updatePaymentMethod'),
  'POST /retry-payment': manage('retryPayment'),
  'POST /restore': manage('restore', { feature: 'listings', ids: ['l1'] }),
  'POST /preview/checkout': shown('preview.subscribe', plan),
  'POST /preview/change': shown('preview.changePlan', plan),
  'POST /preview/cancel': shown('preview.cancel', {}),
  'POST /preview/quantity': shown('preview.setQuantity', { quantity: 5 }),
  'POST /preview/add-ons': shown('preview.addOn', { addOn: 'seats', quantity: 2 }),
  'POST /preview/coupon': shown('preview.applyCoupon', { coupon: 'LAUNCH20' }),
  'POST /webhooks/:gateway': { needs: 'nothing', verb: 'receive', path: '/webhooks/stripe' },
  'GET /admin/subscriptions': all('list'),
  'GET /admin/report': all('report'),
  'GET /admin/audit': all('audit'),
  'GET /admin/health': all('health'),
  'GET /customers/:customer/journal': admin('journal'),
  'GET /customers/:customer/audit': admin('audit'),
  'POST /customers/:customer/refund': admin('refund', { payment: 'pay_1', amount: 5 }),
  'POST /customers/:customer/credit': admin('grantCredit', { amount: 5, currency: 'USD' }),
  'POST /customers/:customer/extend-trial': admin('extendTrial', { days: 3 }),
  'POST /customers/:customer/extend-grace': admin('extendGrace', { days: 3 }),
  'POST /customers/:customer/remind': admin('remindPayment', {}),
  'POST /customers/:customer/block': admin('block', { reason: 'fraud' }),
  'POST /customers/:customer/unblock': admin('unblock', { reason: 'dispute' }),
  'POST /customers/:customer/resolve-unknown': admin('resolveUnknown', {
    invoice: 'i1',
    outcome: 'paid',
    payment: 'pay_1',
  }),
  'POST /customers/:customer/resolve-incident': admin('resolveIncident', {
    incident: 'i1',
    choice: 'credit',
  }),
}
