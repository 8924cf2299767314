import type { Status } from './api.ts'
import { useState } from 'react'
import { Confirm } from './dialog.tsx'
import { date, money } from './format.ts'
import { History, PaymentMethod, UpdateCard } from './history.tsx'
import { Listings } from './listings.tsx'
import { useApp } from './use-app.tsx'

/** Everything an owner sees about their plan, drawn from one `GET /billing/status`. */
export function Dashboard() {
  const { status, me } = useApp()
  if (!status) return null
  return (
    <>
      <h1 tabIndex={-1}>Dashboard</h1>
      <p className="lead whose">{me?.owners.find(({ id }) => id === me.owner)?.name}</p>
      <Unpaid status={status} />
      <PlanNow status={status} />
      <Listings />
      <PaymentMethod />
      <History />
    </>
  )
}

const TONES: Readonly<Record<string, string>> = {
  active: 'good',
  trialing: 'good',
  past_due: 'warn',
  suspended: 'bad',
}

function PlanNow({ status }: { readonly status: Status }) {
  const { plans, busy, command } = useApp()
  const [canceling, setCanceling] = useState(false)
  const { subscription, ending } = status
  const title = plans.find(({ id }) => id === (status.plan ?? subscription?.plan))?.title
  const { price, nextPayment, scheduled, period } = subscription ?? {}
  const upTo = period && date(period.end)
  const live = status.access || status.status === 'suspended'
  return (
    <section className="card" aria-labelledby="plan">
      <div className="row">
        <h2 id="plan" className="grow">
          {title ?? 'No plan'}{' '}
          <span className={`tag ${TONES[status.status] ?? ''}`}>
            {ending ? 'ending' : status.status.replace('_', ' ')}
          </span>
        </h2>
        {price && live && (
          <p className="price">
            {money(price.amount, price.currency)} <span className="muted">a month</span>
          </p>
        )}
      </div>
      <p className="sentence">{status.sentence}</p>
      {nextPayment && status.status === 'active' && !ending && (
        <p className="muted">
          Next payment: {money(nextPayment.amount, nextPayment.currency)} on {date(nextPayment.at)}
        </p>
      )}
      <div className="row">
        {ending && (
          <button
            type="button"
            className="primary"
            disabled={busy}
            onClick={() => command('/billing/resume', {}, 'Your plan goes on.')}
          >
            Resume my plan
          </button>
        )}
        {scheduled && !ending && (
          <button
            type="button"
            disabled={busy}
            onClick={() => command('/billing/undo', {}, 'The change is taken back.')}
          >
            Undo the change
          </button>
        )}
        <a className={live ? 'button' : 'button primary'} href="#/pricing">
          {live ? 'Change plan' : 'Choose a plan'}
        </a>
        {live && !ending && (
          <button type="button" className="quiet" onClick={() => setCanceling(true)}>
            Cancel plan
          </button>
        )}
      </div>
      {canceling && (
        <Confirm
          title={`Cancel ${title}?`}
          yes="Cancel plan"
          no="Keep my plan"
          danger
          busy={busy}
          onYes={async () => {
            await command('/billing/cancel', {}, 'Your plan is canceled.')
            setCanceling(false)
          }}
          onClose={() => setCanceling(false)}
        >
          <p>
            {status.status === 'active'
              ? `You keep ${title} until ${upTo} and pay nothing more. Until then you can change your mind. On that day your businesses are archived, not deleted.`
              : 'Your businesses are archived, not deleted.'}
          </p>
        </Confirm>
      )}
    </section>
  )
}

/** What to do about an invoice that could not be paid, and until when. */
function Unpaid({ status }: { readonly status: Status }) {
  const { me, busy, command } = useApp()
  const [invoice] = status.invoices
  const suspended = status.status === 'suspended'
  if (!suspended && status.status !== 'past_due') return null
  const deadline = status.subscription?.graceEndsAt
  const amount = invoice ? money(invoice.due, invoice.currency) : 'what is open'
  // Where no card is saved, none was declined: the page to pay on was not used.
  const why = me?.can.updateCard ? 'Your card was declined.' : 'It is not paid yet.'
  return (
    <section className={suspended ? 'note bad' : 'note warn'} aria-labelledby="unpaid">
      <h2 id="unpaid">
        {suspended
          ? 'Your businesses are hidden'
          : `Pay ${amount}${deadline ? ` by ${date(deadline)}` : ''}`}
      </h2>
      <p>
        {suspended
          ? `Nobody sees them until ${amount} is paid. Nothing is lost.`
          : `${why} Everything stays public until then, but you cannot add businesses.`}
      </p>
      <div className="row">
        {me?.can.updateCard && <UpdateCard look="primary" />}
        {me?.can.payNow && (
          <button
            type="button"
            className={me.can.updateCard ? '' : 'primary'}
            disabled={busy}
            onClick={() => command('/billing/retry-payment', {}, 'Paid. Thank you!')}
          >
            Pay now
          </button>
        )}
      </div>
    </section>
  )
}
