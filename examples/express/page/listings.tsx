import { type FormEvent, useState } from 'react'
import { type Listing, post, type Refusal, remove, type Status } from './api.ts'
import { Confirm } from './dialog.tsx'
import { businesses, date } from './format.ts'
import { useApp } from './use-app.tsx'

/** What the plan is for: the owner's businesses, as many as the plan has room for. */
export function Listings() {
  const { listings, status, busy, act, command, say, hush } = useApp()
  const room = status?.entitlements.find(({ feature }) => feature === 'listings')?.allowed ?? false
  const held = status?.status === 'past_due' || status?.status === 'suspended'
  const [name, setName] = useState('')
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [leaving, setLeaving] = useState<Listing | null>(null)

  async function create(event: FormEvent) {
    event.preventDefault()
    const answer = await act(() => post('/api/listings', { name: name.trim() }))
    if (!answer) return
    setRefusal(answer.ok ? null : answer.refusal)
    // What was said before is about something else.
    if (!answer.ok) return hush()
    say(`«${name.trim()}» is on the corner.`)
    setName('')
  }

  async function drop({ id, name: gone }: Listing) {
    const answer = await act(() => remove(`/api/listings/${encodeURIComponent(id)}`))
    setLeaving(null)
    setRefusal(null)
    if (answer?.ok) say(`«${gone}» is deleted.`)
    else if (answer) say(answer.refusal.error, 'bad')
  }

  const bringBack = ({ id, name: back }: Listing) =>
    command('/billing/restore', { feature: 'listings', ids: [id] }, `«${back}» is back.`)

  return (
    <section className="card" aria-labelledby="listings">
      <h2 id="listings">Your businesses</h2>
      {status && <Usage status={status} held={held} />}
      {listings.length === 0 && <p className="empty">Nothing here yet. Add your first business.</p>}
      <ul className="list">
        {listings.map((listing) => (
          <li key={listing.id}>
            <span className="grow">
              <strong>{listing.name}</strong>
              <span className="muted">Since {date(listing.createdAt)}</span>
            </span>
            <Visibility listing={listing} />
            {listing.archived && room && (
              <button
                type="button"
                disabled={busy}
                aria-label={`Bring back ${listing.name}`}
                onClick={() => bringBack(listing)}
              >
                Bring back
              </button>
            )}
            <button
              type="button"
              className="quiet"
              aria-label={`Delete ${listing.name}`}
              onClick={() => setLeaving(listing)}
            >
              Delete
            </button>
          </li>
        ))}
      </ul>
      <form className="row" onSubmit={create}>
        <label className="grow">
          Name of the business
          <input
            required
            disabled={held}
            maxLength={80}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <button type="submit" className={held ? '' : 'primary'} disabled={busy || held}>
          {held ? 'On hold' : 'Add business'}
        </button>
      </form>
      {held && <p className="muted">Nothing can be added until the open payment is made.</p>}
      <div aria-live="polite">{refusal && !held && <Refused refusal={refusal} />}</div>
      {leaving && (
        <Confirm
          title={`Delete «${leaving.name}»?`}
          yes="Delete"
          no="Keep it"
          danger
          busy={busy}
          onYes={() => drop(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p>It disappears from the public page, and its place is free again.</p>
        </Confirm>
      )}
    </section>
  )
}

function Visibility({ listing: { archived, isPublic } }: { readonly listing: Listing }) {
  if (archived) return <span className="tag">Archived</span>
  return isPublic ? (
    <span className="tag good">Public</span>
  ) : (
    <span className="tag warn">Hidden</span>
  )
}

interface UsageProps {
  readonly status: Status
  readonly held: boolean
}

function Usage({ status, held }: UsageProps) {
  const use = status.entitlements.find(({ feature }) => feature === 'listings')
  if (!use || use.limit === null) return null
  if (use.limit === 'unlimited') return <p>{businesses(use.used)}, no limit</p>
  const share = use.limit === 0 ? 1 : Math.min(1, use.used / use.limit)
  const level = share >= 1 ? 'full' : share >= 0.8 ? 'near' : 'fine'
  const left = Math.max(0, use.limit - use.used)
  return (
    <div className={`usage ${level}`}>
      <p>
        <strong>
          {use.used} / {businesses(use.limit)}
        </strong>{' '}
        <span className="muted">
          {level === 'full' ? 'Your plan is full' : `Room for ${left} more`}
        </span>
      </p>
      <div className="bar" aria-hidden="true">
        <div style={{ width: `${share * 100}%` }} />
      </div>
      {level === 'full' && !use.allowed && status.access && !held && (
        <a href="#/pricing">Upgrade for more room</a>
      )}
    </div>
  )
}

/** A refusal of the library as a sentence, with the way out. */
function Refused({ refusal: { code, error } }: { readonly refusal: Refusal }) {
  const { plans, status } = useApp()
  const plan = plans.find(({ id }) => id === status?.plan)?.title
  const limit = status?.entitlements.find(({ feature }) => feature === 'listings')?.limit
  if (code === 'limit_reached')
    return (
      <p className="note warn">
        {plan} has room for {typeof limit === 'number' ? businesses(limit) : 'no more'}, and that is
        used. <a href="#/pricing">Upgrade your plan</a>
      </p>
    )
  if (code === 'subscription_required')
    return (
      <p className="note warn">
        You need an active subscription. <a href="#/pricing">Choose a plan</a>
      </p>
    )
  return <p className="note bad">{error}</p>
}
