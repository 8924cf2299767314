import type { PlanAction } from 'billwright/core'
import { formatDate, formatMoney } from 'billwright/core'
import Link from 'next/link'
import { bill, currentCustomer } from '../../lib/billing'
import { BillingButton } from '../billing-button'

type PlanId = keyof typeof SELLING_POINTS

const SELLING_POINTS = {
  free: ['5 queries a month', 'gemini, 800 tokens', 'Causes explained'],
  pro: ['Unlimited queries', 'gpt-3.5, 1,200 tokens', 'Fix suggestions'],
  team: ['Unlimited queries', 'gpt-4, 2,000 tokens', 'Fix suggestions', 'Shared with your team'],
}

/** Three plans. Which button each has, `status` knows: it comes from the rules that decide later. */
export default async function Pricing() {
  const customer = await currentCustomer()
  const status = customer ? await bill.status(customer) : null
  const payer = status?.subscription?.price ? customer : null
  return (
    <>
      <h1>Plans</h1>
      <ul className="plans">
        {bill.plans().map(({ id, prices }) => {
          const action = status?.actions.find(({ plan }) => plan === id)
          const price = prices[0]
          return (
            <li key={id} className={action?.current ? 'card current' : 'card'}>
              <h2>{title(id)}</h2>
              <p className="price">
                {price ? formatMoney(price.amount, price.currency) : '$0.00'} <small>a month</small>
              </p>
              <ul>
                {SELLING_POINTS[id].map((point) => (
                  <li key={point}>{point}</li>
                ))}
              </ul>
              <div className="foot">
                {action ? (
                  <Choice action={action} payer={payer} />
                ) : (
                  <Link href="/" className="button">
                    Sign in
                  </Link>
                )}
              </div>
            </li>
          )
        })}
      </ul>
    </>
  )
}

interface ChoiceProps {
  readonly action: PlanAction<PlanId>
  /** Who pays already: their saved card is charged at once. */
  readonly payer: string | null
}

async function Choice({ action: { plan, action, price, at }, payer }: ChoiceProps) {
  const body = { plan }
  if (action === 'current') return <p className="badge">Your plan</p>
  if (action === 'scheduled')
    return <p className="badge">From {at ? formatDate(at, 'en') : 'soon'}</p>
  if (action === 'resume') return <BillingButton path="/resume">Resume {title(plan)}</BillingButton>
  if (action === 'upgrade' && payer) return <Change customer={payer} plan={plan} />
  if (action === 'upgrade')
    return (
      <BillingButton path="/checkout" body={body} returnTo="/billing">
        Upgrade to {title(plan)}
      </BillingButton>
    )
  if (action === 'downgrade' && price)
    return (
      <BillingButton path="/change" body={body} returnTo="/billing" className="quiet">
        Switch to {title(plan)}
      </BillingButton>
    )
  return (
    <Link href="/billing" className="button quiet">
      {action === 'downgrade' ? 'Cancel in billing' : 'See billing'}
    </Link>
  )
}

/** Says the price first; the quote brought along is charged to the cent, or refused. */
async function Change({ customer, plan }: { readonly customer: string; readonly plan: PlanId }) {
  const { due, currency, next, quote } = await bill.preview.changePlan(customer, plan)
  const now = `You pay ${formatMoney(due, currency ?? 'USD')} now with your saved card`
  const later = next ? ` and ${formatMoney(next.amount, next.currency)} a month after that` : ''
  return (
    <BillingButton
      path="/change"
      body={quote ? { plan, quote } : { plan }}
      returnTo="/billing"
      confirm={{ title: `Upgrade to ${title(plan)}?`, text: `${now}${later}.`, no: 'Not now' }}
    >
      Upgrade to {title(plan)}
    </BillingButton>
  )
}

function title(plan: string): string {
  return plan.charAt(0).toUpperCase() + plan.slice(1)
}
