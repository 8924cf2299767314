import { cookies } from 'next/headers'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { bill, currentCustomer } from '../lib/billing'
import { AnalyseForm } from './analyse-form'
import { UsageBar } from './usage-bar'

/** The product: what the plan allows is read on the server, where the page is made. */
export default async function Page() {
  const customer = await currentCustomer()
  if (!customer) return <SignIn />
  const plan = await bill.entitlements(customer)
  const canFix = plan.get('fixSuggestions').allowed
  return (
    <>
      <h1>What went wrong?</h1>
      <p className="muted">
        Answered by <strong>{plan.get('model').value}</strong>, up to {plan.get('maxTokens').value}{' '}
        tokens.
      </p>
      <UsageBar queries={plan.get('queries')} />
      <AnalyseForm />
      {!canFix && (
        <aside className="card locked">
          <p className="badge">Locked</p>
          <h2>Fix suggestions</h2>
          <p>
            Pro and Team also say how to mend it. <Link href="/pricing">Compare plans</Link>
          </p>
        </aside>
      )}
    </>
  )
}

async function signIn(form: FormData) {
  'use server'
  const name = String(form.get('name')).trim().toLowerCase()
  if (!/^[a-z]{2,20}$/.test(name)) redirect('/')
  ;(await cookies()).set('user', name, { httpOnly: true, sameSite: 'lax' })
  redirect('/')
}

function SignIn() {
  return (
    <form action={signIn} className="card narrow">
      <h1>Sign in</h1>
      <p className="muted">Any name will do: this is a demo without passwords.</p>
      <label htmlFor="name">Name</label>
      <input id="name" name="name" required pattern="[A-Za-z]{2,20}" autoComplete="username" />
      <p className="hint">2 to 20 letters.</p>
      <button type="submit">Sign in</button>
    </form>
  )
}
