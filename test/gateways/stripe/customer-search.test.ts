import { afterAll, beforeAll, expect, it } from 'vitest'
import { stripeEmulator } from '../../../adapters/gateways/stripe/testing.ts'

const emulator = stripeEmulator()
const headers = { authorization: 'Bearer sk_test_searching' }

beforeAll(async () => {
  for (const [email, team] of [
    ['ada@one.example', 'red'],
    ['ben@one.example', 'red'],
    ['cleo@two.example', ''],
  ]) {
    const body = new URLSearchParams({ email: email ?? '', 'metadata[team]': team ?? '' })
    await emulator.fetch(`${emulator.url}/v1/customers`, { method: 'POST', headers, body })
  }
})
afterAll(() => emulator.close())

async function search(query: string, more = '') {
  const url = `${emulator.url}/v1/customers/search?query=${encodeURIComponent(query)}${more}`
  const response = await emulator.fetch(url, { headers })
  const answer = (await response.json()) as {
    readonly data?: readonly { readonly email: string }[]
    readonly next_page?: string
  }
  return {
    status: response.status,
    found: answer.data?.map(({ email }) => email.split('@')[0]),
    next: answer.next_page,
  }
}

it.each([
  ['email:"ADA@one.example"', ['ada']],
  ['email~"one"', ['ada', 'ben']],
  ['email~"one" AND -metadata["team"]:"blue"', ['ada', 'ben']],
  ['-metadata["team"]:"red"', ['cleo']],
  ['email~"ada" OR email~"cleo"', ['ada', 'cleo']],
])('finds the customers that %s means', async (query, found) => {
  expect(await search(query)).toEqual({ status: 200, found, next: undefined })
})

it('refuses a query that it cannot read, and one with AND and OR', async () => {
  expect((await search('email=ada')).status).toBe(400)
  expect((await search('email:"a" AND name:"b" OR name:"c"')).status).toBe(400)
})

it('hands out what was found a page at a time', async () => {
  const first = await search('email~"example"', '&limit=2')
  expect(first.found).toEqual(['ada', 'ben'])
  const rest = await search('email~"example"', `&limit=2&page=${first.next}`)
  expect(rest).toEqual({ status: 200, found: ['cleo'], next: undefined })
})
