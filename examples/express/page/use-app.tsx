/** What all screens share: who is signed in, their subscription, and what to do with an answer. */
import { createContext, useCallback, useContext, useEffect, useRef, useState } from 'react'
import {
  type Answer,
  get,
  type Listing,
  type Me,
  type Notice,
  type OfferedPlan,
  type Outcome,
  type Payment,
  post,
  type Status,
} from './api.ts'
import { words } from './format.ts'

export interface Toast {
  readonly text: string
  readonly tone: 'good' | 'bad'
}

interface Data {
  readonly me: Me | null
  readonly plans: readonly OfferedPlan[]
  readonly status: Status | null
  readonly listings: readonly Listing[]
  readonly payments: readonly Payment[]
  readonly notices: readonly Notice[]
  readonly away: boolean
}

export interface AppState extends Data {
  readonly busy: boolean
  readonly toast: Toast | null
  readonly refresh: () => Promise<void>
  readonly say: (text: string, tone?: Toast['tone']) => void
  readonly hush: () => void
  /** Runs one action at a time, then reads everything again. */
  readonly act: <T>(action: () => Promise<Answer<T>>) => Promise<Answer<T> | null>
  /** Sends a billing command and says what became of it; true when it is done. */
  readonly command: (path: string, body: object, done: string) => Promise<boolean>
}

const Context = createContext<AppState | null>(null)
export const AppProvider = Context.Provider

export function useApp(): AppState {
  const app = useContext(Context)
  if (!app) throw new Error('useApp needs an AppProvider around it')
  return app
}

const NOTHING: Data = {
  ...{ me: null, plans: [], status: null, listings: [], payments: [], notices: [], away: false },
}

export function useAppState(): AppState {
  const [data, setData] = useState(NOTHING)
  const [busy, setBusy] = useState(false)
  const [toast, setToast] = useState<Toast | null>(null)
  const running = useRef(false)

  const refresh = useCallback(async () => {
    const read = await readAll()
    setData((before) => (read ? read : { ...before, away: true }))
  }, [])

  useEffect(() => {
    if (!data.away) return
    let timer: ReturnType<typeof setTimeout> | undefined
    let over = false
    const again = async () => {
      await refresh()
      if (!over) timer = setTimeout(again, 1_000)
    }
    again()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [data.away, refresh])

  const say = useCallback((text: string, tone: Toast['tone'] = 'good') => {
    setToast({ text, tone })
  }, [])
  const hush = useCallback(() => setToast(null), [])

  async function act<T>(action: () => Promise<Answer<T>>): Promise<Answer<T> | null> {
    if (running.current) return null
    running.current = true
    setBusy(true)
    const { activeElement } = document
    const answer = await action()
    await refresh()
    running.current = false
    setBusy(false)
    requestAnimationFrame(() => keepFocus(activeElement))
    return answer
  }

  async function command(path: string, body: object, done: string): Promise<boolean> {
    const answer = await act(() => post<Outcome>(path, body))
    if (!answer) return false
    if (!answer.ok) {
      say(answer.refusal.error, 'bad')
      return false
    }
    const outcome = answer.body
    if ('url' in outcome) location.assign(outcome.url)
    else if ('decline' in outcome)
      say(`The card was declined: ${words(outcome.decline.code).toLowerCase()}.`, 'bad')
    else if (outcome.status === 'pending') say('Sent; waiting for the bank to answer.')
    else {
      say(done)
      return true
    }
    return false
  }

  return { ...data, busy, toast, refresh, say, hush, act, command }
}

/** A button that is gone after its action leaves the focus to the heading of the screen. */
function keepFocus(before: Element | null) {
  if (document.activeElement !== document.body) return
  const there = before?.isConnected ? before : document.querySelector('h1')
  if (there instanceof HTMLElement) there.focus()
}

/** `null` when the server is away. */
async function readAll(): Promise<Data | null> {
  const [me, plans] = await Promise.all([
    get<Me>('/api/me'),
    get<{ plans: readonly OfferedPlan[] }>('/billing/plans'),
  ])
  if (!me.ok || !plans.ok) return null
  const known = { ...NOTHING, me: me.body, plans: plans.body.plans }
  if (me.body.owner === null) return known
  const [status, listings, payments, notices] = await Promise.all([
    get<Status>('/billing/status'),
    get<{ listings: readonly Listing[] }>('/api/listings'),
    get<{ items: readonly Payment[] }>('/billing/transactions'),
    get<{ items: readonly Notice[] }>('/billing/notices'),
  ])
  if (!status.ok) return null
  return {
    ...known,
    status: status.body,
    listings: listings.ok ? listings.body.listings : [],
    payments: payments.ok ? payments.body.items : [],
    notices: notices.ok ? notices.body.items : [],
  }
}
