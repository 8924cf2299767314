import { describe, expect, it } from 'vitest'
import { allowedReturnUrl } from '../../src/http/return-url.ts'
import { ORIGIN, testApp } from './support/app.ts'

const allowed = [new URL('https://good.example'), new URL('https://docs.example/blog/')]
const isAllowed = (url: string) => {
  try {
    return allowedReturnUrl(url, allowed) === url
  } catch {
    return false
  }
}

/** Ways to leave an allowed origin or path, each for several targets. */
function hostile(): readonly string[] {
  const evil = [
    'evil.example',
    'evil.example:443',
    '127.0.0.1',
    '[::1]',
    '169.254.169.254',
    'ëvil.example',
  ]
  const perHost = evil.flatMap((host) => [
    `//${host}`,
    `//${host}/`,
    `///${host}`,
    `https:${host}`,
    `https:/${host}`,
    `https:///${host}`,
    `https:\\\\${host}`,
    `\\\\${host}`,
    `/\\${host}`,
    `\\/${host}`,
    `https://${host}`,
    `http://${host}/`,
    `https://good.example@${host}`,
    `https://good.example:x@${host}/`,
    `https://good.example%40${host}`,
    `https://good.example\\@${host}`,
    `https://good.example#@${host}`,
    `https://good.example?@${host}`,
    `https://good.example.${host}`,
    `https://${host}/good.example`,
    `https://${host}?https://good.example`,
    `https://${host}#https://good.example`,
    `https://good.example/..//${host}`,
    `https://good.example//${host}`,
    `https://good.example/%2f%2f${host}`,
    `https://good.example/%5c${host}`,
    `https://good.example/\\${host}`,
    `https://good.example/./${host}/..`,
    `https://good.example/%2e%2e/${host}`,
    `ftp://${host}`,
    `javascript://${host}/%0aalert(1)`,
  ])
  const alone = [
    '',
    ' ',
    '/',
    '/billing',
    'billing',
    '.',
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    'data:text/html,hi',
    'blob:https://good.example/1',
    'file:///etc/passwd',
    'about:blank',
    'vbscript:x',
    'ws://good.example',
    'http://good.example',
    'https://good.example:444/',
    'https://good.example:443/',
    'https://good.example.',
    'https://good.example./',
    'https://GOOD.example/',
    'HTTPS://good.example/',
    'https://good.examplé/',
    'https://gооd.example/',
    'https://good。example/',
    'https://%67ood.example/',
    'https://user@good.example/',
    'https://user:pass@good.example/',
    'https://@good.example/',
    'https://:@good.example/',
    'https://good.example/a b',
    'https://good.example/a\tb',
    'https://good.example/a\nb',
    '\thttps://good.example/',
    'https://good.example/\r\nset-cookie: a=b',
    'https://good.example/ ',
    'https://good\t.example/',
    'https://good.example/\u0000',
    'https://good.example/%00',
    'https://good.example/é',
    'https://docs.example',
    'https://docs.example/',
    'https://docs.example/blog',
    'https://docs.example/blogger',
    'https://docs.example/blog/../admin',
    'https://docs.example/blog/%2e%2e/admin',
    'https://docs.example/blog/..%2fadmin',
    'https://docs.example/Blog/',
    'https://docs.example//blog/',
    `https://good.example/${'a'.repeat(65_536)}`,
    `https://good.example/?${'a'.repeat(2_048)}`,
  ]
  return [...perHost, ...alone]
}

describe('F5 where customers may be returned to', () => {
  it('is at least 200 hostile ways tried', () => {
    expect(new Set(hostile()).size).toBeGreaterThanOrEqual(200)
  })

  it('is nowhere but where the app said', () => {
    expect(hostile().filter(isAllowed)).toEqual([])
  })

  it.each([
    'https://good.example',
    'https://good.example/',
    'https://good.example/billing/done?plan=pro#top',
    'https://good.example/done?session_id={CHECKOUT_SESSION_ID}',
    'https://good.example/?next=//evil.example',
    'https://docs.example/blog/',
    'https://docs.example/blog/post',
  ])('is %s', (url) => {
    expect(isAllowed(url)).toBe(true)
  })

  it.each([
    ['POST /checkout', { plan: 'pro', successUrl: 'https://evil.example/' }],
    ['POST /checkout', { plan: 'pro', cancelUrl: '//evil.example' }],
    ['POST /trial', { plan: 'pro', successUrl: 'https://evil.example/' }],
    ['POST /change', { plan: 'pro', cancelUrl: 'https://evil.example/' }],
    ['POST /upgrade', { plan: 'pro', successUrl: 'javascript:alert(1)' }],
    ['POST /downgrade', { plan: 'pro', successUrl: 'https://evil.example/' }],
    ['POST /payment-method', { returnUrl: `${ORIGIN}@evil.example` }],
    ['POST /preview/checkout', { plan: 'pro', successUrl: 'https://evil.example/' }],
    ['POST /preview/change', { plan: 'pro', successUrl: 'https://evil.example/' }],
  ])('%s is refused with %j before any verb', async (line, body) => {
    const app = testApp()
    const answer = await app.ask(line, { user: 'alice', body })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_return_url' } })
    expect(app.calls).toEqual([])
  })

  it('F6 does not follow Host, X-Forwarded-Host or Referer', async () => {
    const app = testApp()
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
      referer: 'https://evil.example/',
    }
    const body = { plan: 'pro', successUrl: 'https://evil.example/' }
    expect((await app.ask('POST /checkout', { user: 'alice', headers, body })).status).toBe(400)
    const good = { plan: 'pro', successUrl: `${ORIGIN}/done` }
    const answer = await app.ask('POST /checkout', { user: 'alice', headers, body: good })
    expect(answer.status).toBe(200)
    expect(JSON.stringify([answer.body, app.calls])).not.toContain('evil')
  })
})
