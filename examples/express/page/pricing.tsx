import { useState } from 'react'
import { type OfferedPlan, type PlanAction, type PlanId, RETURN_URLS } from './api.ts'
import { businesses, date, money, words } from './format.ts'
import { PlanDialog } from './plan-dialog.tsx'
import { useApp } from './use-app.tsx'

/** The plans side by side; what each button does is the library's answer, not the page's. */
export function Pricing() {
  const { plans, status } = useApp()
  const [changing, setChanging] = useState<PlanId | null>(null)
  return (
    <>
      <h1 tabIndex={-1}>Plans</h1>
      <p className="lead">
        {status?.status === 'none'
          ? 'Subscribe to start listing your business.'
          : (status?.sentence ?? 'Every month, cancel at any time.')}
      </p>
      <ul className="cards three">
        {plans.map((plan) => (
          <PlanCard
            key={plan.id}
            plan={plan}
            action={status?.actions.find((each) => each.plan === plan.id)}
            onChange={() => setChanging(plan.id)}
          />
        ))}
      </ul>
      {changing && <PlanDialog plan={changing} onClose={() => setChanging(null)} />}
    </>
  )
}

interface PlanCardProps {
  readonly plan: OfferedPlan
  readonly action: PlanAction | undefined
  readonly onChange: () => void
}

function PlanCard({ plan, action, onChange }: PlanCardProps) {
  const [price] = plan.prices
  const limit = plan.includes.find(({ feature }) => feature === 'listings')?.value
  return (
    <li className={action?.current ? 'card plan current' : 'card plan'}>
      <h2>
        {plan.title} {action?.current && <span className="tag good">Your plan</span>}
      </h2>
      {price && (
        <p className="price">
          {money(price.amount, price.currency)} <span className="muted">a month</span>
        </p>
      )}
      <p>
        {typeof limit === 'number'
          ? `Up to ${businesses(limit)}`
          : 'As many businesses as you like'}
      </p>
      <PlanButton title={plan.title} id={plan.id} action={action} onChange={onChange} />
    </li>
  )
}

const WHY: Readonly<Record<string, string>> = {
  ending: 'Resume your plan first',
  past_due: 'Pay what is open first',
  in_progress: 'A payment is in progress',
}

interface PlanButtonProps extends Pick<PlanCardProps, 'action' | 'onChange'> {
  readonly id: PlanId
  readonly title: string
}

function PlanButton({ id, title, action, onChange }: PlanButtonProps) {
  const { status, busy, command } = useApp()
  if (!status || !action)
    return (
      <a className="button" href="#/">
        Sign in to choose
      </a>
    )
  const live =
    status.subscription !== null && !['canceled', 'expired', 'unpaid'].includes(status.status)
  const button = (label: string, onClick: () => void, look = '') => (
    <button type="button" className={look} disabled={busy} onClick={onClick}>
      {label}
    </button>
  )
  switch (action.action) {
    case 'current':
      return <p className="muted">You have this plan.</p>
    case 'resume':
      return button(
        `Resume ${title}`,
        () => command('/billing/resume', {}, 'Your plan goes on.'),
        'primary',
      )
    case 'scheduled':
      return (
        <>
          {action.at && <p className="muted">From {date(action.at)}</p>}
          {button('Keep my current plan', () =>
            command('/billing/undo', {}, 'The change is taken back.'),
          )}
        </>
      )
    case 'unavailable':
      return <p className="muted">{WHY[action.because ?? ''] ?? words(action.because ?? '')}.</p>
    default:
      if (!live)
        return button(
          `Choose ${title}`,
          () =>
            command(
              '/billing/checkout',
              { plan: id, ...RETURN_URLS },
              `You are on the ${title} plan.`,
            ),
          'primary',
        )
      return action.action === 'upgrade'
        ? button(`Upgrade to ${title}`, onChange, 'primary')
        : button(`Downgrade to ${title}`, onChange)
  }
}
