import { useEffect, useRef, useState } from 'react'
import { get, type Outcome, post } from './api.ts'
import { Dashboard } from './dashboard.tsx'
import { Pricing } from './pricing.tsx'
import { Public } from './public.tsx'
import { SignIn } from './sign-in.tsx'
import { TimePanel } from './time-panel.tsx'
import { AppProvider, type AppState, useAppState } from './use-app.tsx'

/** The whole page: header, one screen, what was just said, and the time machine beside it. */
export function App() {
  const app = useAppState()
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const { me, status, toast, away, refresh, hush } = app
  const signedIn = me !== null && me.owner !== null
  const screen = screenOf(route, app)

  useEffect(() => {
    refresh()
  }, [refresh])
  useReturn(app)
  // A change of screen moves the focus there, as a page load would.
  const shown = useRef(screen)
  useEffect(() => {
    if (me && shown.current !== screen) main.current?.querySelector('h1')?.focus()
    shown.current = screen
  }, [me, screen])

  return (
    <AppProvider value={app}>
      <div className="shell">
        <div className="page">
          <Header app={app} screen={screen} signedIn={signedIn} />
          {away && (
            <p className="note warn" role="status">
              The server does not answer. Trying again…
            </p>
          )}
          <main ref={main}>
            {!me && !away && <p className="muted">One moment…</p>}
            {me && screen === 'sign-in' && <SignIn />}
            {me && screen === 'pricing' && <Pricing />}
            {me && screen === 'dashboard' && <Dashboard />}
            {me && screen === 'public' && <Public seen={status ?? me} />}
          </main>
        </div>
        <TimePanel />
      </div>
      <div className="toasts" aria-live="polite">
        {toast && (
          <p className={`toast ${toast.tone}`}>
            <span className="grow">{toast.text}</span>
            <button type="button" className="quiet" onClick={hush} aria-label="Dismiss">
              ×
            </button>
          </p>
        )}
      </div>
    </AppProvider>
  )
}

type Screen = 'sign-in' | 'pricing' | 'dashboard' | 'public'

/** Who is not signed in may look around; who has no plan is sent to the plans. */
function screenOf(route: string, { me, status }: AppState): Screen {
  if (route === 'public') return 'public'
  if (!me?.owner) return route === 'pricing' ? 'pricing' : 'sign-in'
  if (route === 'pricing' || status?.status === 'none') return 'pricing'
  return 'dashboard'
}

interface HeaderProps {
  readonly app: AppState
  readonly screen: Screen
  readonly signedIn: boolean
}

function Header({ app: { me, act }, screen, signedIn }: HeaderProps) {
  const link = (to: Screen, label: string) => (
    <a href={`#/${to}`} aria-current={screen === to ? 'page' : undefined}>
      {label}
    </a>
  )
  async function signOut() {
    await act(() => post('/api/sign-out'))
    location.hash = '#/'
  }
  return (
    <header>
      <a className="brand" href="#/">
        Corner
      </a>
      <nav aria-label="Main">
        {signedIn && link('dashboard', 'Dashboard')}
        {link('pricing', 'Plans')}
        {link('public', 'Listings')}
      </nav>
      {signedIn ? (
        <span className="row">
          <span className="muted owner">{me?.owners.find(({ id }) => id === me.owner)?.name}</span>
          <button type="button" className="quiet" onClick={signOut}>
            Sign out
          </button>
        </span>
      ) : (
        <a href="#/">Sign in</a>
      )}
    </header>
  )
}

/** The screen's name, from the address: `#/pricing`. The back button works by itself. */
function useRoute(): string {
  const [route, setRoute] = useState(routeNow)
  useEffect(() => {
    const changed = () => setRoute(routeNow())
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  return route
}

const routeNow = () => location.hash.replace(/^#\//, '')

/** Back from the provider's page: asks what became of the payment, and forgets its reference. */
function useReturn({ refresh, say, hush, toast }: AppState) {
  useEffect(() => {
    const query = new URLSearchParams(location.search)
    const reference = query.get('reference')
    if (query.has('card')) say('Your card is saved.')
    if (!reference && !query.has('card')) return
    history.replaceState(null, '', '/#/dashboard')
    if (query.has('card') || !reference) return
    get<Outcome>(`/billing/verify/${encodeURIComponent(reference)}`).then(async (answer) => {
      await refresh()
      if (!answer.ok) say(answer.refusal.error, 'bad')
      else if ('decline' in answer.body) say('The card was declined; nothing was charged.', 'bad')
      else if (answer.body.status === 'active') say('Thank you! Your payment arrived.')
      else say('The payment is on its way.')
    })
  }, [refresh, say])
  useEffect(() => {
    if (toast?.tone !== 'good') return
    const timer = setTimeout(hush, 8_000)
    return () => clearTimeout(timer)
  }, [toast, hush])
}
