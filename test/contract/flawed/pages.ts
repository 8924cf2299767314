import type { Page, PageQuery, Storage } from '../../../src/storage.ts'
import { ALL, type Flaws } from './flaw.ts'

/** A way of turning the pages of any list. */
type Turn = <Item>(
  page: PageQuery,
  read: (page: PageQuery) => Promise<Page<Item>>,
) => Promise<Page<Item>>

const byOffset: Turn = async ({ limit, after = '0' }, read) => {
  const { items } = await read(ALL)
  const end = Number(after) + limit
  return { items: items.slice(Number(after), end), next: end < items.length ? `${end}` : null }
}

const byFullness: Turn = async ({ limit, after = '0' }, read) => {
  const end = Number(after) + limit
  const items = (await read(ALL)).items.slice(Number(after), end)
  return { items, next: items.length === limit ? `${end}` : null }
}

/** The lists, each with the verb that reads it. */
const lists: Readonly<Record<string, (storage: Storage, turn: Turn) => Partial<Storage>>> = {
  journal: (storage, turn) => ({
    journal: (id, page) => turn(page, (asked) => storage.journal(id, asked)),
  }),
  audit: (storage, turn) => ({
    audit: (id, page) => turn(page, (asked) => storage.audit(id, asked)),
  }),
  payments: (storage, turn) => ({
    payments: (id, page) => turn(page, (asked) => storage.payments(id, asked)),
  }),
  invoices: (storage, turn) => ({
    invoices: (id, page) => turn(page, (asked) => storage.invoices(id, asked)),
  }),
  notices: (storage, turn) => ({
    notices: (id, page) => turn(page, (asked) => storage.notices(id, asked)),
  }),
  'unread notices': (storage, turn) => ({
    notices: (id, { unread = false, ...page }) =>
      turn(page, (asked) => storage.notices(id, { ...asked, unread })),
  }),
  effects: (storage, turn) => ({
    effects: (filter, page) => turn(page, (asked) => storage.effects(filter, asked)),
  }),
  deliveries: (storage, turn) => ({
    deliveries: (filter, page) => turn(page, (asked) => storage.deliveries(filter, asked)),
  }),
  subscriptions: (storage, turn) => ({
    subscriptions: (filter, page) => turn(page, (asked) => storage.subscriptions(filter, asked)),
  }),
  accounts: (storage, turn) => ({
    accounts: (page) => turn(page, (asked) => storage.accounts(asked)),
  }),
}

export const pageFlaws: Flaws = {
  ...flawsOfLists('turns by offset the pages of', 'are stable while rows are written', byOffset),
  ...flawsOfLists(
    'announces another page after full ones of',
    'end with the last item',
    byFullness,
  ),
  'turns the pages of payments by the time of the last': {
    fails: 'pages: pages leave nothing out where rows are of one instant',
    of: (storage) => ({
      async payments(account, { limit, after }) {
        const { items } = await storage.payments(account, ALL)
        const rest = items.filter(({ at }) => after === undefined || at < Number(after))
        const shown = rest.slice(0, limit)
        return { items: shown, next: rest.length > limit ? `${shown.at(-1)?.at}` : null }
      },
    }),
  },
}

function flawsOfLists(what: string, rule: string, turn: Turn): Flaws {
  return Object.fromEntries(
    Object.entries(lists).map(([list, rebuilt]) => [
      `${what} ${list}`,
      { fails: `pages: pages of ${list} ${rule}`, of: (storage) => rebuilt(storage, turn) },
    ]),
  )
}
