'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState } from 'react'
import { useListening } from './listening'

interface Answer {
  readonly model: string
  readonly cause: string
  readonly fix: string | null
}

const EXAMPLE = "TypeError: Cannot read properties of undefined (reading 'map')"

/** Asks, and turns the answer 429 into an offer to upgrade. */
export function AnalyseForm() {
  const router = useRouter()
  const listening = useListening()
  const upgrade = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const [answer, setAnswer] = useState<Answer | null>(null)
  const [refusal, setRefusal] = useState('')

  async function ask(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const text = new FormData(event.currentTarget).get('text')
    setBusy(true)
    setRefusal('')
    setAnswer(null)
    const response = await fetch('/api/analyse', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    }).catch(() => null)
    const body = await response?.json()
    if (response?.ok) setAnswer(body)
    else setRefusal(body?.error ?? 'We could not be reached. Try again.')
    if (body?.upgradeRequired) upgrade.current?.showModal()
    setBusy(false)
    router.refresh() // the usage bar and locks are made on the server
  }

  return (
    <>
      <form onSubmit={ask} className="card">
        <label htmlFor="text">Your error</label>
        <textarea id="text" name="text" rows={4} required maxLength={5000} defaultValue={EXAMPLE} />
        <button type="submit" disabled={busy || !listening}>
          {busy ? 'Analysing…' : 'Analyse'}
        </button>
        <div aria-live="polite">
          {answer && (
            <dl className="answer">
              <dt>Cause, says {answer.model}</dt>
              <dd>{answer.cause}</dd>
              {answer.fix && <dt>Fix</dt>}
              {answer.fix && <dd>{answer.fix}</dd>}
            </dl>
          )}
          {refusal && <p className="error">{refusal}</p>}
        </div>
      </form>
      <dialog ref={upgrade} aria-labelledby="upgrade-title">
        <h2 id="upgrade-title">{refusal}</h2>
        <p>You have used all queries of this month. Pro has no limit, for $2 a month.</p>
        <div className="actions">
          <Link href="/pricing" className="button">
            See plans
          </Link>
          <button type="button" className="quiet" onClick={() => upgrade.current?.close()}>
            Not now
          </button>
        </div>
      </dialog>
    </>
  )
}
