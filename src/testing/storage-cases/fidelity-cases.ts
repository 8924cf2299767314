/** What goes in comes back: ids byte for byte, numbers as numbers, JSON equal. */
import type { Json, Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import {
  at,
  claim,
  committed,
  delivery,
  done,
  effect,
  first,
  next,
  notice,
  payment,
  step,
  subscription,
  using,
} from './build.ts'
import { equal, refusesId } from './expect.ts'

/** Ids that some database takes for one another, or for something else. */
const IDS: readonly string[] = [
  ...['A', 'a', 'a ', ' a', 'a\t', 'a\n', 'ä', 'ß', 'ss', 'I', 'i', 'ı', 'İ'],
  // One letter in its two Unicode forms, a Cyrillic one, one with an invisible character in it.
  ...['\u00e9', 'e\u0301', '\u0430', 'a\u200b', 'a\u200d', 'a\ufeff', '\u202ea'],
  ...['👩‍👩‍👧', '👩', '𝒶', '\ud7ff', '\ue000', '\uffff'],
  ...['100', '1e2', '0100', '100.0', '0', '-0', 'NaN', 'null', 'undefined', 'true'],
  ...["'", "''", '"', '`', '\\', '\\0', '%', '_', 'a%', '%00', '../', '/', '?', '$1', ':a', '{}'],
  ...["' OR 1=1 --", '__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  // As long as an id may be.
  'x'.repeat(255),
  `${'x'.repeat(254)}y`,
  '語'.repeat(255),
]

/** JSON that a careless column changes. */
const VALUES: readonly Json[] = [
  ...[null, true, false, 0, -1, 1.5, 1e-7, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  ...['', ' ', 'null', '1', '"', '\\', '\n', '\u2028', 'é e\u0301', '👩‍👩‍👧', '\u0001', 'a\u0000b'],
  ...[[], {}, [[]], [{}], [null], { a: null }, { a: {} }, { a: [] }, { '': '' }],
  { b: 1, a: [{ c: [1, '1', null, { d: {} }] }], '1': 'one', ключ: 'значение' },
  { constructor: 1, toString: null, hasOwnProperty: 'x', 'a.b': 1, 'a b': 2, $set: { $x: 1 } },
  { long: 'y'.repeat(70_000) },
]

export const fidelityCases: Cases = {
  'accounts with ids that look alike stay apart': async (storage) => {
    for (const id of IDS) await committed(storage, first(id, { claims: [`claim of ${id}`] }))
    for (const id of IDS) {
      const { account } = await storage.load({ by: { account: id } })
      equal(account?.id, id, `the account ${JSON.stringify(id)}`)
      const held = await storage.load({ by: { claims: [`claim of ${id}`] } })
      equal(held.account?.id, id, `the holder of the claim of ${JSON.stringify(id)}`)
    }
    const { items } = await storage.accounts({ limit: 1000 })
    equal([...items].sort(), [...IDS].sort(), 'accounts')
  },

  'an account that is not there is not found under an id that looks alike': async (storage) => {
    const pairs = [
      ['A', 'a'],
      ['a ', 'a'],
      ['\u00e9', 'e\u0301'],
      ['a\u200b', 'a'],
      ['1e2', '100'],
    ] as const
    for (const [there, missing] of pairs) {
      await committed(storage, first(`${there}!`, { claims: [there] }))
      const { account } = await storage.load({ by: { account: `${missing}!` } })
      equal(account, null, `the account ${JSON.stringify(`${missing}!`)}`)
      const held = await storage.load({ by: { claims: [missing] } })
      equal(held.account, null, `the holder of ${JSON.stringify(missing)}`)
    }
  },

  'effects, deliveries, commands and payments with ids that look alike stay apart': async (
    storage,
  ) => {
    let { account } = await storage.load({ by: { account: 'a' } })
    for (const id of IDS) {
      const change = {
        effects: [effect(id)],
        payments: [payment(id)],
        notices: [notice(id)],
        command: { account: 'a', key: id, hash: id, effects: [id], at: at(0) },
        delivery: delivery(id, { state: 'done', bodyHash: id, nextAt: null }),
      }
      account = await committed(storage, account ? next(account, change) : first('a', change))
    }
    for (const id of IDS) {
      equal((await storage.effect(id))?.key, id, `the effect ${JSON.stringify(id)}`)
      const loaded = await storage.load({
        by: { account: 'a' },
        command: id,
        delivery: { gateway: 'bank', id },
        payments: [{ gateway: 'bank', id }],
      })
      const found = [loaded.command?.hash, loaded.delivery?.bodyHash, loaded.payments[0]?.id]
      equal(found, [id, id, id], `command, delivery and payment ${JSON.stringify(id)}`)
    }
    const rows = await storage.claimEffects(claim('w', at(0), { limit: 1000 }))
    equal(
      rows.map(({ key }) => key),
      IDS,
      'effects in the order in which they were committed',
    )
    const { items } = await storage.notices('a', { limit: 1000 })
    equal(items.map(({ id }) => id).sort(), [...IDS].sort(), 'notices')
  },

  'features, usage keys and reservations with ids that look alike stay apart': async (storage) => {
    await committed(storage, first('a'))
    for (const id of IDS) {
      const counted = await storage.use(using({ feature: id, key: id, limit: 1 }))
      equal(counted, { outcome: 'used', used: 1 }, `usage of ${JSON.stringify(id)}`)
      const reservation = { id, expiresAt: at(10) }
      await storage.use(using({ feature: 'reserved', reservation }))
    }
    const { usage } = await storage.load({ by: { account: 'a' } })
    const features = usage.map(({ feature }) => feature).sort()
    equal(features, [...IDS, 'reserved'].sort(), 'features')
    for (const id of IDS) {
      const request = { account: 'a', id, amount: 1, now: at(1) }
      equal(await storage.settleReservation(request), true, `reservation ${JSON.stringify(id)}`)
    }
  },

  'ids that stand side by side do not run together': async (storage) => {
    const marks = ['/', ':', '|', ',', ' ', '.', '","', '\\', '\u0001']
    for (const [n, mark] of marks.entries()) {
      // Joined by the mark, both pairs are the same text.
      const pairs = [
        [`a${n}${mark}b`, 'c'],
        [`a${n}`, `b${mark}c`],
      ] as const
      for (const [account, id] of pairs) {
        await committed(storage, first(account, { delivery: applied(account, id) }))
        const counted = await storage.use(using({ account, key: id, feature: id, amount: 2 }))
        equal(counted, { outcome: 'used', used: 2 }, `usage of ${account} under ${id}`)
      }
    }
  },

  'ids that no engine keeps faithfully are refused, and nothing is written': async (storage) => {
    for (const bad of ['a\0', '\0', 'a\ud800', '\udc00a', '\udc00\ud800', '\ufeffa']) {
      const shown = JSON.stringify(bad)
      const row = { feature: bad, window: 0, amount: 1, key: null, at: at(0) }
      const calls = {
        account: () => storage.commit(first(bad)),
        claim: () => storage.commit(first('a', { claims: [bad] })),
        effect: () => storage.commit(first('a', { effects: [effect(bad)] })),
        payment: () => storage.commit(first('a', { payments: [payment(bad)] })),
        applied: () => storage.commit(first('a', { delivery: delivery(bad) })),
        group: () => storage.commit(first('a', { subscriptions: [subscription('a', bad)] })),
        delivery: () => storage.park(delivery(bad)),
        usage: () => storage.use(using({ feature: bad })),
        key: () => storage.use(using({ key: bad })),
        release: () => storage.release({ account: 'a', ...row }),
        counter: () => storage.setUsage({ account: 'a', feature: bad, window: 0, used: 1 }),
        lease: () => storage.lease({ name: bad, owner: 'w', now: at(0), until: at(1) }),
      }
      for (const [what, call] of Object.entries(calls)) await refusesId(call, `${what} ${shown}`)
    }
    equal(await storage.accounts({ limit: 10 }), { items: [], next: null }, 'accounts')
    equal((await storage.effects({ state: 'waiting' }, { limit: 10 })).items, [], 'effects')
    equal((await storage.deliveries({ state: 'parked' }, { limit: 10 })).items, [], 'deliveries')
  },

  'amounts and instants come back as the numbers they were': async (storage) => {
    const numbers = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1]
    const payments = numbers.map((amount, n) => payment(`p${n}`, { amount, refunded: amount }))
    const plans = numbers.map((amount, n) => subscription('a', `${n}`, { amount }))
    await committed(storage, first('a', { payments, subscriptions: plans }))
    const asked = payments.map(({ gateway, id }) => ({ gateway, id }))
    const { payments: found } = await storage.load({ by: { account: 'a' }, payments: asked })
    const byId = new Map(found.map((row) => [row.id, row]))
    equal(
      payments.map(({ id }) => byId.get(id)),
      payments,
      'payments',
    )
    const { items } = await storage.subscriptions({}, { limit: 100 })
    equal(items, plans, 'subscriptions')
  },

  'counters come back as the numbers they were': async (storage) => {
    await committed(storage, first('a'))
    for (const used of [0, 1, 2 ** 31, 2 ** 32 + 1, 2 ** 53 - 1]) {
      await storage.setUsage({ account: 'a', feature: 'queries', window: at(0), used })
      const { usage } = await storage.load({ by: { account: 'a' } })
      equal(usage, [{ feature: 'queries', window: at(0), used }], 'the counter')
      const full = await storage.use(using({ window: at(0), limit: used }))
      equal(full, { outcome: 'limit', used }, 'the answer at the limit')
    }
  },

  'JSON comes back equal to what went in': async (storage) => {
    let { account } = await storage.load({ by: { account: 'a' } })
    for (const [n, value] of VALUES.entries()) {
      const id = `${n}`
      const change = { notices: [withData(id, value)], effects: [effect(id)] }
      account = await committed(storage, account ? next(account, change) : first('a', change))
      await storage.settleEffect(done(id, null, { answer: value, error: value }))
      await storage.park(delivery(id, { request: value }))
      const row = await storage.effect(id)
      equal(row?.answer, value, 'the answer of an effect')
      equal(row?.error, value, 'the error of an effect')
    }
    const notices = (await storage.notices('a', { limit: 1000 })).items
    const byId = new Map(notices.map(({ id, notice: { data } }) => [id, data.value]))
    equal(
      VALUES.map((_, n) => byId.get(`${n}`)),
      VALUES,
      'data of notices',
    )
    const { items } = await storage.deliveries({ state: 'parked' }, { limit: 1000 })
    equal(
      items.map(({ request }) => request),
      VALUES,
      'requests of deliveries',
    )
  },

  'an account comes back equal, however deep': async (storage) => {
    const method = {
      gateway: 'bank',
      id: 'pm_1',
      reusable: true,
      brand: null,
      last4: '0042',
      expires: '2030-01',
      fingerprint: 'é e\u0301',
    }
    const archived = ['', 'a', '\u{1f469}', "'"]
    const change = step(first('a').account, [
      { type: 'method.saved', method, at: at(1) },
      { type: 'resource.archived', group: 'default', feature: '1', ids: archived, at: at(2) },
      { type: 'credit.added', currency: 'JPY', amount: -5, because: 'granted', at: at(3) },
    ])
    await committed(storage, first('a'))
    await committed(storage, change)
    await sameAccount(storage, change.account)
    equal(
      (await storage.journal('a', { limit: 3 })).items.map(({ event }) => event).reverse(),
      [...change.events],
      'events',
    )
  },

  'what a caller changes afterwards does not change what is stored': async (storage) => {
    const tags = ['one']
    const change = first('a', { notices: [withData('n', tags)] })
    await committed(storage, change)
    tags.push('two')
    const shown = async () => (await storage.notices('a', { limit: 1 })).items[0]?.notice.data.value
    equal(await shown(), ['one'], 'after the caller changed what it had passed in')
    const read = await shown()
    // A storage may as well hand out what cannot be changed.
    if (Array.isArray(read) && !Object.isFrozen(read)) read.push('three')
    equal(await shown(), ['one'], 'after the caller changed what it had been given')
  },
}

/** A delivery that one gateway made and that was applied. */
function applied(gateway: string, id: string) {
  return delivery(id, { gateway, state: 'done', nextAt: null })
}

function withData(id: string, value: Json) {
  return notice(id, { notice: { ...notice(id).notice, data: { value } } })
}

async function sameAccount(storage: Storage, expected: unknown): Promise<void> {
  const { account } = await storage.load({ by: { account: 'a' } })
  equal(account, expected, 'the account')
}
