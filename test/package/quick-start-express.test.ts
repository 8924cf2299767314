/** docs/quick-start-express.md, word by word, with the package as it would be published. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type PrintedCall, readGuide } from './support/guide.ts'
import { type Newcomer, newcomer } from './support/newcomer.ts'

const guide = readGuide('docs/quick-start-express.md')
let reader: Newcomer

beforeAll(async () => {
  reader = await newcomer([3000, 3001])
})
afterAll(() => reader.leave())

/** Types a call of the page; its JSON, once the status is the promised one. */
function call({ line, status }: PrintedCall) {
  const answer = reader.run(line.replace(/^curl/m, "curl -s -w '\\n%{http_code}'")).split('\n')
  expect(answer.pop(), `${line}\n${answer.join('\n')}`).toMatch(status)
  return JSON.parse(answer.join('\n'))
}

it('who follows the Express quick start word by word has sold a plan', async () => {
  reader.install(guide.commands('1. Install'))
  reader.write('server.ts', guide.file('2. Write `server.ts`'))
  const [run = '', ...calls] = guide.commands('3. Run it')
  reader.start(run)
  await reader.answers('http://127.0.0.1:3000/welcome')
  expect(calls).toHaveLength(2)
  for (const each of guide.calls('3. Run it')) call(each)

  const [buy, status, use] = guide.calls('4. Buy') as [PrintedCall, PrintedCall, PrintedCall]
  const paid = await fetch(call(buy).url, {
    method: 'POST',
    body: new URLSearchParams({ card: '4242424242424242' }),
    redirect: 'manual',
  })
  expect(paid.headers.get('location')).toContain(reader.here('http://localhost:3000/welcome'))
  await reader.until('Joe is on pro', async () => call(status).plan === 'pro')
  expect(call(use)).toEqual({ used: 2, limit: 3 })
  await reader.until('a mail is shown', async () => /mail to joe: activated/.test(reader.said()))

  const [preview, cancel, resume] = guide.calls('5. Change and cancel').map(call)
  expect(preview.subscription.ending).not.toBeNull()
  expect(cancel.subscription.ending).not.toBeNull()
  expect(resume.subscription.ending).toBeNull()
})
