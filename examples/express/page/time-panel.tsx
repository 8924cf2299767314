import { useCallback, useEffect, useRef, useState } from 'react'
import { get, post } from './api.ts'
import { date, dateAndTime } from './format.ts'
import { useApp } from './use-app.tsx'

interface Lab {
  readonly now: string
  /** Whether a card can be saved that is declined later. */
  readonly declines: boolean
  readonly jumps: readonly {
    readonly id: string
    readonly label: string
    readonly to: string | null
  }[]
}

interface Happening {
  readonly id: string | number
  readonly kind: 'journal' | 'webhook' | 'mail'
  readonly at: string
  readonly title: string
  readonly text: string
}

const KEPT = 200
const NAMES = { journal: 'Journal', webhook: 'Webhook', mail: 'E-mail' }

/** Moves the clock of app and provider, and shows live what comes of it. */
export function TimePanel() {
  const { me, refresh, act, busy, say } = useApp()
  const owner = me?.owner ?? null
  const [open, setOpen] = useState(false)
  const [lab, setLab] = useState<Lab | null>(null)
  const read = useCallback(async () => {
    const answer = await get<Lab>('/api/lab')
    if (answer.ok) setLab(answer.body)
    await refresh()
  }, [refresh])
  const feed = useFeed(owner, read)

  async function send(path: string, body: object, done: string) {
    const answer = await act(() => post(path, body))
    await read()
    if (answer) say(answer.ok ? done : answer.refusal.error, answer.ok ? 'good' : 'bad')
  }

  return (
    <aside className={open ? 'panel open' : 'panel'} aria-label="Time machine">
      <button
        type="button"
        className="handle"
        aria-expanded={open}
        aria-controls="time"
        onClick={() => setOpen(!open)}
      >
        <span>Time machine</span>
        <span className="muted">{lab ? dateAndTime(lab.now) : ''}</span>
        <span aria-hidden="true">{open ? '▾' : '▴'}</span>
      </button>
      <div id="time" className="panel-body">
        <h2>Time machine</h2>
        {lab && <p className="now">{dateAndTime(lab.now)}</p>}
        {owner === null && <p className="empty">Sign in to move the clock.</p>}
        {owner !== null && (
          <div className="jumps">
            {lab?.jumps.map(({ id, label, to }) => (
              <button
                key={id}
                type="button"
                disabled={busy || to === null}
                onClick={() => send('/api/lab/advance', { jump: id }, 'The clock has moved.')}
              >
                {label}
                {to && <span className="muted">{date(to)}</span>}
              </button>
            ))}
            {lab?.declines && (
              <button
                type="button"
                disabled={busy}
                onClick={() =>
                  send('/api/lab/decline-next', {}, 'The next charge will be declined.')
                }
              >
                Next card declines
              </button>
            )}
          </div>
        )}
        <h3>What happens</h3>
        <Feed feed={feed} />
      </div>
    </aside>
  )
}

function Feed({ feed }: { readonly feed: readonly Happening[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <div className="feed" role="log" aria-label="What happens" aria-live="polite" tabIndex={0}>
      {feed.length === 0 && <p className="empty">Move the clock or buy a plan.</p>}
      {feed.map(({ kind, id, at, title, text }) => (
        <article key={`${kind}/${id}`}>
          <p className="muted">
            <span className={`tag ${kind}`}>{NAMES[kind]}</span> {dateAndTime(at)}
          </p>
          <p>
            <strong>{title}</strong>
          </p>
          {text && <p className="text">{text}</p>}
        </article>
      ))}
    </div>
  )
}

/** The server's events, newest first. The browser reconnects by itself; what comes twice is shown once. */
function useFeed(owner: string | null, onChange: () => Promise<void>): readonly Happening[] {
  const [feed, setFeed] = useState<readonly Happening[]>([])
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    setFeed([])
    if (owner === null) return
    const source = new EventSource('/api/lab/feed')
    const changed = () => {
      clearTimeout(timer.current)
      timer.current = setTimeout(onChange, 150)
    }
    source.onopen = changed
    source.onmessage = ({ data }) => {
      const event: Happening = JSON.parse(data)
      const isSame = ({ kind, id }: Happening) => kind === event.kind && id === event.id
      setFeed((before) => (before.some(isSame) ? before : [event, ...before].slice(0, KEPT)))
      changed()
    }
    return () => {
      clearTimeout(timer.current)
      source.close()
    }
  }, [owner, onChange])
  return feed
}
