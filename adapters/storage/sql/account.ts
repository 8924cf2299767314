/** The account's own row, compared and set, and the claims that only one account holds. */
import { prepared } from './compile.ts'
import { unlocked } from './leasing.ts'

interface AccountStep {
  readonly id: string
  /** The version that it was decided on. */
  readonly version: number
  readonly next: number
  readonly document: string
  readonly nextActionAt: number | null
  readonly at: number
}

/** Inserts an account; one that is there is a unique violation. */
export const insertAccount = prepared<AccountStep>()(({ db, arg }) =>
  db.insertInto('billwright_accounts').values({
    id: arg('id'),
    version: arg('next'),
    document: arg('document'),
    next_action_at: arg('nextActionAt'),
    created_at: arg('at'),
    updated_at: arg('at'),
  }),
)

/** Replaces an account that still has the version; changes no row else. */
export const updateAccount = prepared<AccountStep>()(({ db, arg }) =>
  db
    .updateTable('billwright_accounts')
    .set({
      version: arg('next'),
      document: arg('document'),
      next_action_at: arg('nextActionAt'),
      lease_until: null,
      updated_at: arg('at'),
    })
    .where('id', '=', arg('id'))
    .where('version', '=', arg('version')),
)

/** The versions of those accounts that no other transaction holds; held by this one from now on. */
export const lockFree = prepared<{ readonly ids: readonly string[] }>()(({ db, list, dialect }) =>
  unlocked(
    dialect,
    db
      .selectFrom('billwright_accounts')
      .select(['id', 'version'])
      .where('id', 'in', list('ids'))
      .orderBy('id'),
  ),
)

interface Claims {
  readonly account: string
  readonly claims: readonly string[]
}

/** Which of these claims the account holds. */
export const heldClaims = prepared<Claims>()(({ db, arg, list }) =>
  db
    .selectFrom('billwright_claims')
    .select('claim')
    .where('claim', 'in', list('claims'))
    .where('account', '=', arg('account')),
)

/** Takes claims; one that is held is a unique violation. */
export const takeClaims = prepared<{
  readonly rows: readonly { readonly claim: string; readonly account: string }[]
}>()(({ db, list }) => db.insertInto('billwright_claims').values(list('rows')))

/** Lets go of those claims that are the account's. */
export const letGo = prepared<Claims>()(({ db, arg, list }) =>
  db
    .deleteFrom('billwright_claims')
    .where('claim', 'in', list('claims'))
    .where('account', '=', arg('account')),
)
