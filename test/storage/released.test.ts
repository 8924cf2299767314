/** A database that a released version filled: this version migrates it, tells the same, and goes on. */
import type { Bill } from 'billwright'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openShop } from '../support/shop.ts'
import { ENGINES, executorAt, say } from './executors.ts'
import { openAt } from './processes/open-at.ts'
import { END, product, told } from './released/life.ts'

const folder = new URL('./released/', import.meta.url)
const releases = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

const read = (name: string) => readFileSync(new URL(name, folder), 'utf8')

/** The numbers of these customers' invoices. */
async function numbers(bill: Bill, ...customers: readonly string[]): Promise<readonly number[]> {
  const pages = await Promise.all(customers.map((id) => bill.invoices(id, { limit: 100 })))
  return pages.flatMap(({ items }) =>
    items.flatMap(({ number }) => (number === null ? [] : [Number(number.slice('R-'.length))])),
  )
}

describe.each(ENGINES)('what a release left on $engine', ({ dialect, installed, fresh }) => {
  const rule = it.skipIf(!installed)

  /** The app of today on the database of then. */
  async function openedAt(release: string) {
    const place = await fresh()
    const statements = read(`${release}/${dialect}.sql`).split(';\n')
    await say(executorAt(place), ...statements.filter((text) => text.trim() !== ''))
    const storage = openAt(place)
    await storage.migrate()
    const shop = await openShop({ product, start: END, storage })
    onTestFinished(() => shop.close())
    return { shop, storage }
  }

  for (const release of releases) {
    rule(`is told as it was then, after migration ${release}`, async () => {
      const { shop, storage } = await openedAt(release)
      expect(await storage.drift()).toEqual([])
      const then = JSON.parse(read(`${release}/told.json`)) as object
      const now = { ada: await told(shop.bill, 'ada'), bob: await told(shop.bill, 'bob') }
      expect(JSON.parse(JSON.stringify(now))).toMatchObject(then)
    })

    rule(`goes on after migration ${release}: what is counted, bought and ends`, async () => {
      const { shop, storage } = await openedAt(release)
      const { bill } = shop
      await expect(bill.use('ada', 'words', 5_001)).rejects.toThrow('The limit is reached.')
      expect(await bill.use('ada', 'words', 1)).toMatchObject({ used: 1 })
      await bill.cancel('ada')
      await shop.at('2026-03-16')
      expect(await bill.status('ada')).toMatchObject({ access: false, status: 'canceled' })
      // A gateway of its own: one that counts its ids from the start again would repeat itself.
      const second = { product, start: '2026-03-16', storage, gateway: 'second' }
      const newer = await openShop(second)
      const bought = await newer.bill.subscribe('cy', 'professional')
      if (!('url' in bought)) throw new Error('There is no page to pay on')
      await newer.pay(bought.url)
      await newer.quiet()
      expect(await newer.bill.status('cy')).toMatchObject({ access: true, plan: 'professional' })
      const [last, next] = await Promise.all([
        numbers(bill, 'ada', 'bob'),
        numbers(newer.bill, 'cy'),
      ])
      expect(next).toEqual([Math.max(...last) + 1])
    })
  }
})
