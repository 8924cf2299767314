/**
 * docs/quick-start-next.md, word by word, with the package as it would be published. Only
 * create-next-app is passed over: it takes half a minute, for a linter and styles that nothing here
 * needs. What it makes of an app that matters is written below.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readGuide } from './support/guide.ts'
import { type Newcomer, newcomer } from './support/newcomer.ts'

const guide = readGuide('docs/quick-start-next.md')
let reader: Newcomer
let url = ''

beforeAll(async () => {
  reader = await newcomer([3000, 4100])
  url = reader.here('http://127.0.0.1:3000')
})
afterAll(() => reader.leave())

const LAYOUT = `import type { ReactNode } from 'react'
export default function Layout({ children }: { children: ReactNode }) {
  return <html lang="en"><body>{children}</body></html>
}
`

/** The options that create-next-app writes. */
const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'ES2017', lib: ['dom', 'dom.iterable', 'esnext'], strict: true, noEmit: true },
    ...{ module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx', isolatedModules: true },
    ...{ esModuleInterop: true, skipLibCheck: true, resolveJsonModule: true },
  },
  include: ['next-env.d.ts', '**/*.ts', '**/*.tsx', '.next/types/**/*.ts'],
  exclude: ['node_modules'],
}

const post = (path: string, body: object) =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  })

/** The words on the page. */
async function shown(path = '/'): Promise<string> {
  const page = await (await fetch(new URL(path, url))).text()
  const main = /<main>(.*?)<\/main>/s.exec(page)?.[1] ?? page
  return main.replace(/<!--.*?-->/g, '').replace(/(<[^>]*>)+/g, ' ')
}

it('who follows the Next quick start word by word has sold a plan', async () => {
  const [create, enter, ...others] = guide.commands('1. Install')
  expect(create).toMatch(/^npx create-next-app@latest shop /)
  expect(enter).toBe('cd shop')
  reader.write('package.json', '{ "private": true }')
  reader.write('tsconfig.json', JSON.stringify(TSCONFIG))
  reader.write('app/layout.tsx', LAYOUT)
  const made = 'next react react-dom typescript @types/node @types/react @types/react-dom'
  reader.install(others.map((line) => line.replace('npm install ', `npm install ${made} `)))
  for (const { path, code } of guide.files()) reader.write(path, code)

  const [run = ''] = guide.commands('8. Run it')
  reader.start(`${run} -p 3000`)
  await reader.answers('http://127.0.0.1:3000/')
  expect(await shown()).toContain('You are on the Free plan. 0 queries used of 5.')
  for (let query = 1; query <= 5; query += 1)
    expect((await post('/api/analyse', {})).status).toBe(200)
  const refused = await post('/api/analyse', {})
  expect([refused.status, await refused.json()]).toMatchObject([
    429,
    { code: 'limit_reached', upgradeRequired: true, resetsAt: expect.stringMatching(/^20/) },
  ])

  const checkout = await post('/api/billing/checkout', { plan: 'pro', successUrl: url })
  const { url: page } = (await checkout.json()) as { readonly url: string }
  const paid = await fetch(page, {
    method: 'POST',
    body: new URLSearchParams({ card: '4242424242424242' }),
    redirect: 'manual',
  })
  expect(await shown(paid.headers.get('location') ?? '')).toMatch(
    /^ Your Pro plan .*Fixes included/,
  )
  expect((await post('/api/analyse', {})).status).toBe(200)
  await post('/api/billing/cancel', {})
  expect(await shown()).toMatch(/switched to the Free plan .* Resume/)
  reader.run('npx tsc --noEmit')
})
