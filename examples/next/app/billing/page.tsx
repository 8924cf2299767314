import type { SubscriptionView } from 'billwright'
import { BillingError } from 'billwright'
import { formatDate, formatMoney, instant } from 'billwright/core'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { bill, currentCustomer } from '../../lib/billing'
import { BillingButton } from '../billing-button'
import { Said } from '../said'
import { UsageBar } from '../usage-bar'

interface Props {
  readonly searchParams: Promise<{ readonly reference?: string | string[] }>
}

/** The customer's own page, and where the checkout returns to. */
export default async function Billing({ searchParams }: Props) {
  const customer = await currentCustomer()
  if (!customer) redirect('/')
  const { reference } = await searchParams
  const bought = typeof reference === 'string' && (await isActive(reference, customer))
  const { subscription, sentence, ending, paymentMethod } = await bill.status(customer)
  const entitlements = await bill.entitlements(customer)
  return (
    <>
      <h1>Billing</h1>
      {bought && (
        <Said back="/billing">Thank you. Your payment has arrived and your plan is active.</Said>
      )}
      <section className={ending ? 'card pending' : 'card'}>
        <h2>Your plan</h2>
        <div aria-live="polite">
          {ending && <p className="badge">Pending cancellation</p>}
          <p>{sentence}</p>
        </div>
        <UsageBar queries={entitlements.get('queries')} />
        <PlanActions subscription={subscription} />
      </section>
      {paymentMethod && (
        <section className="card">
          <h2>Payment method</h2>
          <p>Card ending in {paymentMethod.last4 ?? '····'}</p>
          <BillingButton path="/payment-method" returnTo="/billing" className="quiet">
            Update card
          </BillingButton>
        </section>
      )}
      <Payments customer={customer} />
    </>
  )
}

/** Looks the payment up unless its webhook was faster. Twice is once. */
async function isActive(reference: string, customer: string): Promise<boolean> {
  try {
    return (await bill.verify(reference, { customer })).status === 'active'
  } catch (error) {
    if (BillingError.isInstance(error)) return false
    throw error
  }
}

function PlanActions({ subscription }: { readonly subscription: SubscriptionView | null }) {
  if (!subscription?.price)
    return (
      <Link href="/pricing" className="button">
        Upgrade
      </Link>
    )
  const until = formatDate(instant(subscription.period.end), 'en')
  if (subscription.ending) return <BillingButton path="/resume">Resume</BillingButton>
  return (
    <div className="actions">
      {subscription.scheduled ? (
        <BillingButton path="/undo">Keep this plan</BillingButton>
      ) : (
        <Link href="/pricing" className="button">
          Change plan
        </Link>
      )}
      <BillingButton
        path="/cancel"
        className="danger"
        confirm={{
          title: 'Cancel your plan?',
          text: `You keep it until ${until} and then move to Free. Until then you can resume.`,
          no: 'Keep it',
        }}
      >
        Cancel plan
      </BillingButton>
    </div>
  )
}

async function Payments({ customer }: { readonly customer: string }) {
  const { items } = await bill.transactions(customer)
  return (
    <section className="card">
      <h2>Payments</h2>
      {items.length === 0 && <p className="muted">None yet.</p>}
      <ul className="payments">
        {items.map(({ id, at, amount, currency, refunded }) => (
          <li key={id}>
            <span>{formatDate(at, 'en')}</span>
            <span>{refunded > 0 ? 'Refunded' : 'Paid'}</span>
            <strong>{formatMoney(amount, currency)}</strong>
          </li>
        ))}
      </ul>
    </section>
  )
}
