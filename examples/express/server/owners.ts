/** Who is signed in. A real app has sessions here; the demo believes its cookie. */
import type { Identity } from 'billwright'
import type { RequestHandler, Response } from 'express'

export interface Owner {
  readonly id: string
  readonly name: string
  readonly email: string
}

export const OWNERS: readonly Owner[] = [
  { id: 'joe', name: "Joe's Cafe", email: 'joe@example.com' },
  { id: 'mary', name: "Mary's Bakery", email: 'mary@example.com' },
]

/** The owner that a cookie header names; `null` for nobody we know. */
export function ownerOf(cookies: string | null | undefined): Owner | null {
  const id = /(?:^|; *)owner=([^;]*)/.exec(cookies ?? '')?.[1]
  return OWNERS.find((owner) => owner.id === id) ?? null
}

/** Who is asking, for billing. */
export function identify(request: Request): Identity | null {
  return ownerOf(request.headers.get('cookie'))
}

/** Who is asking, for the app's own routes: 401 for nobody. */
export const signedIn: RequestHandler = (request, response, next) => {
  const owner = ownerOf(request.headers.cookie)
  response.locals.owner = owner?.id
  if (owner) next()
  else response.status(401).json({ error: 'Sign in first', code: 'signed_out' })
}

/** The owner that `signedIn` let through. */
export function whose(response: Response): string {
  return String(response.locals.owner)
}
