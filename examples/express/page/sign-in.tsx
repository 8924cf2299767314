import { post } from './api.ts'
import { useApp } from './use-app.tsx'

/** Stands in for a real sign-in: choose who you are. */
export function SignIn() {
  const { me, act, say } = useApp()
  async function signIn(owner: string) {
    const answer = await act(async () => {
      const signed = await post('/api/sign-in', { owner })
      return signed.ok ? post('/billing/register') : signed
    })
    if (answer?.ok) location.hash = '#/dashboard'
    else if (answer) say(answer.refusal.error, 'bad')
  }
  return (
    <>
      <h1 tabIndex={-1}>Put your business on the corner</h1>
      <p className="lead">
        A small directory with three plans. {me && `Payments go to ${me.provider}; `}time moves when
        you say so.
      </p>
      <h2>Who are you?</h2>
      <ul className="cards two">
        {me?.owners.map(({ id, name }) => (
          <li key={id}>
            <button type="button" className="card person" onClick={() => signIn(id)}>
              <span className="avatar" aria-hidden="true">
                {name.charAt(0)}
              </span>
              <span>
                <strong>{name}</strong>
                <span className="muted">Sign in</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <p>
        Only looking around? <a href="#/public">See all listings</a>
      </p>
    </>
  )
}
