'use client'

import { useRouter } from 'next/navigation'
import { type ReactNode, useRef, useState } from 'react'
import { useListening } from './listening'

interface Props {
  /** A route of the billing API: `/cancel`, `/checkout`. */
  readonly path: string
  readonly body?: Readonly<Record<string, unknown>>
  /** The page to come back to when the customer has to go to the gateway's. */
  readonly returnTo?: string
  /** Asked before, in a dialog. */
  readonly confirm?: { readonly title: string; readonly text: string; readonly no: string }
  readonly className?: string
  readonly children: ReactNode
}

/** One call to the billing API: goes to the gateway's page, or shows what is true now. */
export function BillingButton({ path, body, returnTo, confirm, className, children }: Props) {
  const router = useRouter()
  const listening = useListening()
  const dialog = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState('')

  async function call() {
    dialog.current?.close()
    setBusy(true)
    setError('')
    const response = await fetch(`/api/billing${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...body, ...(returnTo && urlsOf(path, returnTo)) }),
    }).catch(() => null)
    const outcome = await response?.json()
    if (outcome?.status === 'redirect') return window.location.assign(outcome.url)
    if (!response?.ok) setError(outcome?.error ?? 'We could not be reached. Try again.')
    else if (outcome.status === 'declined') setError('Your card was declined. Nothing changed.')
    else router.refresh()
    setBusy(false)
  }

  return (
    <>
      <button
        type="button"
        className={className}
        disabled={busy || !listening}
        onClick={confirm ? () => dialog.current?.showModal() : call}
      >
        {busy ? 'One moment…' : children}
      </button>
      <p role="alert" className="error">
        {error}
      </p>
      {confirm && (
        <dialog ref={dialog} className={className} aria-labelledby="confirm-title">
          <h2 id="confirm-title">{confirm.title}</h2>
          <p>{confirm.text}</p>
          <div className="actions">
            <button type="button" className={className} onClick={call}>
              {children}
            </button>
            <button type="button" className="quiet" onClick={() => dialog.current?.close()}>
              {confirm.no}
            </button>
          </div>
        </dialog>
      )}
    </>
  )
}

/** Where the gateway's page sends the customer: a payment that is given up goes back to this page. */
function urlsOf(path: string, returnTo: string) {
  const back = new URL(returnTo, window.location.origin).href
  if (path === '/payment-method') return { returnUrl: back }
  return { successUrl: back, cancelUrl: window.location.href }
}
