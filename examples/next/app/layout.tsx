import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { cookies } from 'next/headers'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { currentUser } from '../lib/session'
import './globals.css'

export const metadata: Metadata = {
  title: 'Error analyser',
  description: 'Paste an error, read its cause: an example of billwright in Next.',
}

async function signOut() {
  'use server'
  ;(await cookies()).delete('user')
  redirect('/')
}

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const user = await currentUser()
  return (
    <html lang="en">
      <body>
        <header>
          <nav aria-label="Main">
            <Link href="/" className="brand">
              Error analyser
            </Link>
            <Link href="/pricing">Pricing</Link>
            {user && <Link href="/billing">Billing</Link>}
          </nav>
          {user && (
            <form action={signOut} className="who">
              <span>{user.id}</span>
              <button type="submit" className="quiet">
                Sign out
              </button>
            </form>
          )}
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}
