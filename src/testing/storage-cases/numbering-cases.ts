/** Invoice numbers: each series 1, 2, 3 … without a gap, whoever gives them. */
import type { Storage } from '../../storage.ts'
import type { Cases } from './cases.ts'
import { at, committed, first, invoiceRow, next } from './build.ts'
import { equal, together } from './expect.ts'

export const numberingCases: Cases = {
  'an invoice has no number until numbers are given': async (storage) => {
    await write(storage, 'a', ['1 INV'])
    equal(await numbers(storage, 'a'), ['1 INV null'], 'before')
    equal(await storage.numberInvoices({ limit: 10 }), 1, 'how many got one')
    equal(await numbers(storage, 'a'), ['1 INV 1'], 'afterwards')
    equal(await storage.numberInvoices({ limit: 10 }), 0, 'how many got one when none waits')
    equal(await numbers(storage, 'a'), ['1 INV 1'], 'after a call in vain')
  },

  'each series counts from one, in the order in which its invoices were written': async (
    storage,
  ) => {
    await write(storage, 'a', ['z INV', 'b 2030'])
    await write(storage, 'b', ['a INV', 'c inv'])
    equal(await storage.numberInvoices({ limit: 10 }), 4, 'how many got one')
    await write(storage, 'c', ['0 2030', 'd INV'])
    equal(await storage.numberInvoices({ limit: 10 }), 2, 'how many got one afterwards')
    equal(await numbers(storage, 'a'), ['b 2030 1', 'z INV 1'], 'the first invoices')
    equal(await numbers(storage, 'b'), ['a INV 2', 'c inv 1'], 'the next invoices')
    equal(await numbers(storage, 'c'), ['0 2030 2', 'd INV 3'], 'the last invoices')
  },

  'an invoice without a series never gets a number': async (storage) => {
    await write(storage, 'a', ['1 null', '2 INV', '3 null'])
    equal(await storage.numberInvoices({ limit: 10 }), 1, 'how many got one')
    equal(await numbers(storage, 'a'), ['1 null null', '2 INV 1', '3 null null'], 'invoices')
  },

  'at most so many get a number at a time, the oldest first': async (storage) => {
    await write(storage, 'a', ['1 INV', '2 OTHER', '3 INV', '4 INV'])
    equal(await storage.numberInvoices({ limit: 3 }), 3, 'how many got one')
    const three = ['1 INV 1', '2 OTHER 1', '3 INV 2', '4 INV null']
    equal(await numbers(storage, 'a'), three, 'invoices')
    equal(await storage.numberInvoices({ limit: 3 }), 1, 'how many got one the second time')
    equal(await numbers(storage, 'a'), [...three.slice(0, 3), '4 INV 3'], 'invoices afterwards')
  },

  'an invoice that is replaced keeps its number and its series': async (storage) => {
    const account = await write(storage, 'a', ['1 INV', '2 INV'])
    await storage.numberInvoices({ limit: 10 })
    const paid = invoiceRow('1', { state: 'paid', payment: 'late', series: 'OTHER' })
    const given = invoiceRow('2', { state: 'void', payment: null, series: null })
    await committed(storage, next(account, { invoices: [paid, given] }))
    equal(await storage.numberInvoices({ limit: 10 }), 0, 'how many got one')
    equal(
      (await storage.invoices('a', PAGE)).items,
      [
        { ...given, series: 'INV', number: 2 },
        { ...paid, series: 'INV', number: 1 },
      ],
      'invoices',
    )
  },

  'an invoice that is replaced before it has a number takes the new series': async (storage) => {
    const account = await write(storage, 'a', ['1 INV', '2 INV', '3 null'])
    const changed = [
      invoiceRow('1', { series: 'OTHER' }),
      invoiceRow('2', { series: null }),
      invoiceRow('3', { series: 'INV' }),
    ]
    await committed(storage, next(account, { invoices: changed }))
    equal(await storage.numberInvoices({ limit: 10 }), 2, 'how many got one')
    equal(await numbers(storage, 'a'), ['1 OTHER 1', '2 null null', '3 INV 1'], 'invoices')
  },

  'sixty-four calls at once give every invoice one number, without a gap': async (storage) => {
    await write(storage, 'a', named(0, 60, 'INV'))
    await write(storage, 'b', named(60, 60, 'OTHER'))
    const given = await together(64, async (n) => {
      let mine = 0
      // Of different sizes, so that they begin and end at different moments.
      const limit = 1 + (n % 5)
      for (let got = limit; got > 0; mine += got) {
        got = await storage.numberInvoices({ limit })
        equal(got <= limit, true, 'at most as many as asked')
      }
      return mine
    })
    equal(given.reduce(sum), 120, 'how many got one, by all calls together')
    await areGapFree(storage, { INV: ['a', 60], OTHER: ['b', 60] })
  },

  'numbers that are given while invoices are written have no gap': async (storage) => {
    const given = await together(40, async (n) => {
      await write(storage, `account ${n}`, [`${n} INV`])
      return storage.numberInvoices({ limit: 2 })
    })
    const rest = await storage.numberInvoices({ limit: 100 })
    equal(given.reduce(sum) + rest, 40, 'how many got one, by all calls together')
    const found = await together(40, async (n) => {
      const { items } = await storage.invoices(`account ${n}`, PAGE)
      return items.map(({ number }) => number ?? 0)
    })
    equal(found.flat().sort(ascending), counting(40), 'numbers')
  },
}

const PAGE = { limit: 1000 }

/** Writes invoices of a new account, each told as its id and series. */
function write(storage: Storage, account: string, told: readonly string[]) {
  const invoices = told.map((each) => {
    const [id = '', series = ''] = each.split(' ')
    return invoiceRow(id, { account, series: series === 'null' ? null : series, at: at(0) })
  })
  return committed(storage, first(account, { invoices }))
}

/** An account's invoices by id: id, series and number. */
async function numbers(storage: Storage, account: string): Promise<readonly string[]> {
  const { items } = await storage.invoices(account, PAGE)
  return items.map(({ id, series, number }) => `${id} ${series} ${number}`).sort()
}

function named(from: number, count: number, series: string): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${from + n} ${series}`)
}

/** Of each series its account and how many invoices it has. */
async function areGapFree(
  storage: Storage,
  wanted: Readonly<Record<string, readonly [account: string, count: number]>>,
): Promise<void> {
  for (const [series, [account, count]] of Object.entries(wanted)) {
    const { items } = await storage.invoices(account, PAGE)
    const found = items.map(({ number }) => number ?? 0).sort(ascending)
    equal(found, counting(count), `numbers of ${series}`)
  }
}

function counting(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n + 1)
}

function sum(a: number, b: number): number {
  return a + b
}

function ascending(a: number, b: number): number {
  return a - b
}
