/** Who is asking, and for which customer: answered once, and nothing else is believed afterwards. */
import type { CustomerRef } from '../bill.ts'
import type { AuthorizeQuestion, Identity } from '../options.ts'
import type { ResolvedHttp } from './settings.ts'
import { requestError } from './request-error.ts'

/** What `authorize` is asked about where all customers are meant; no customer may have this id. */
export const ALL_CUSTOMERS = '*'

type Action = AuthorizeQuestion['action']

export interface SubjectQuestion {
  readonly request: Request
  readonly action: Action
  /** Named in the path or by the app; `null` for whom the identity acts for. */
  readonly named: string | null
}

export interface Subject {
  readonly identity: Identity
  /** The one id that was authorized: every verb is called with it. */
  readonly customer: CustomerRef
}

/** Throws `unauthorized`; for somebody else's customer `forbidden` if it may be read, else `not_found`. */
export async function subjectOf(question: SubjectQuestion, http: ResolvedHttp): Promise<Subject> {
  const identity = await identityOf(question.request, http)
  const id = question.named ?? identity.customer ?? identity.id
  const own = id === identity.id
  const { request, action } = question
  if (own && action !== 'admin') return { identity, customer: ownRef(identity) }
  const ask = (about: Action) =>
    isAuthorized({ identity, customer: id, action: about, request }, http)
  if (await ask(action)) return { identity, customer: own ? ownRef(identity) : id }
  const mayRead = own || (action !== 'read' && (await ask('read')))
  throw requestError(mayRead ? 'forbidden' : 'not_found')
}

async function identityOf(request: Request, http: ResolvedHttp): Promise<Identity> {
  const found = await http.identify(request)
  if (!found) throw requestError('unauthorized')
  // Copied: what was authorized must not be able to change afterwards.
  const { id, email, name, customer } = found
  if (!isOne(id) || (customer !== undefined && !isOne(customer))) {
    http.log.warn({ event: 'http.identity_invalid' })
    throw requestError('unauthorized')
  }
  return {
    id,
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(customer !== undefined && { customer }),
  }
}

/** One customer's id: text, and not the word for all of them. */
function isOne(id: unknown): boolean {
  return typeof id === 'string' && id !== '' && id !== ALL_CUSTOMERS
}

function ownRef({ id, email, name }: Identity): CustomerRef {
  return { id, ...(email !== undefined && { email }), ...(name !== undefined && { name }) }
}

/** Only `true` is a yes; an `authorize` that throws said no. */
async function isAuthorized(question: AuthorizeQuestion, http: ResolvedHttp): Promise<boolean> {
  try {
    return (await http.authorize(question)) === true
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error
    http.log.warn({ event: 'http.authorize_failed', error: name, action: question.action })
    return false
  }
}
