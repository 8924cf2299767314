import { sentence } from '../server/sentences.ts'
import { post } from './api.ts'
import { date, money, words } from './format.ts'
import { useApp } from './use-app.tsx'

/** The saved card, and the way to the provider's page to save another. */
export function PaymentMethod() {
  const { status, me } = useApp()
  const card = status?.paymentMethod
  if (!card) return null
  return (
    <section className="card" aria-labelledby="method">
      <h2 id="method">Payment method</h2>
      <div className="row">
        {card.reusable ? (
          <p className="grow">
            {words(card.brand ?? 'card')} {card.last4 && `•••• ${card.last4}`}{' '}
            {card.expires && <span className="muted">until {card.expires}</span>}
          </p>
        ) : (
          <p className="grow">Nothing is saved: we send you a page for every payment.</p>
        )}
        {me?.can.updateCard && <UpdateCard />}
      </div>
    </section>
  )
}

/** Leads to the provider's page for another card, and back. */
export function UpdateCard({ look = '' }: { readonly look?: string }) {
  const { busy, command } = useApp()
  const card = { returnUrl: `${location.origin}/?card=saved` }
  return (
    <button
      type="button"
      className={look}
      disabled={busy}
      onClick={() => command('/billing/payment-method', card, 'Your card is saved.')}
    >
      Update card
    </button>
  )
}

/** What was paid, and what the owner was told. */
export function History() {
  const { payments, notices, act } = useApp()
  const unread = notices.filter(({ readAt }) => readAt === null).map(({ id }) => id)
  return (
    <>
      <section className="card" aria-labelledby="payments">
        <h2 id="payments">Payments</h2>
        {payments.length === 0 ? (
          <p className="empty">No payments yet.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">Date</th>
                <th scope="col">Status</th>
                <th scope="col" className="number">
                  Amount
                </th>
              </tr>
            </thead>
            <tbody>
              {payments.map(({ id, at, status, amount, currency }) => (
                <tr key={id}>
                  <td>{date(at)}</td>
                  <td>{words(status)}</td>
                  <td className="number">{money(amount, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      <section className="card" aria-labelledby="notices">
        <div className="row">
          <h2 id="notices" className="grow">
            Notices
          </h2>
          {unread.length > 0 && (
            <button
              type="button"
              className="quiet"
              onClick={() => act(() => post('/billing/notices/read', { ids: unread }))}
            >
              Mark all as read
            </button>
          )}
        </div>
        {notices.length === 0 && <p className="empty">Nothing to tell you.</p>}
        <ul className="list">
          {notices.map(({ id, name, data, at, readAt }) => (
            <li key={id}>
              <span className="grow">
                {words(name)}
                <span className="muted">
                  {date(at)} · {sentence({ name, data })}{' '}
                  {typeof data.url === 'string' && <a href={data.url}>Open the page</a>}
                </span>
              </span>
              {readAt === null && <span className="tag">New</span>}
            </li>
          ))}
        </ul>
      </section>
    </>
  )
}
