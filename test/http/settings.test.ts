import type { HttpOptions } from '../../src/options.ts'
import { describe, expect, it } from 'vitest'
import { testApp } from './support/app.ts'

describe('HTTP options', () => {
  it.each<[string, HttpOptions]>([
    ['http.origins', { origins: ['app.example'] }],
    ['http.origins', { origins: ['https://app.example/'] }],
    ['http.origins', { origins: ['https://app.example/path'] }],
    ['http.origins', { origins: ['https://*.app.example'] }],
    ['http.origins', { origins: ['https://user@app.example'] }],
    ['http.origins', { origins: ['https://app.example:443'] }],
    ['http.origins', { origins: ['null'] }],
    ['http.origins', { origins: ['*'] }],
    ['http.origins', { origins: [''] }],
    ['http.origins', { origins: ['file:///app'] }],
    ['http.returnUrls', { returnUrls: ['https://app.example/blog'] }],
    ['http.returnUrls', { returnUrls: ['https://app.example/blog/?a=b'] }],
    ['http.returnUrls', { returnUrls: ['/blog/'] }],
    ['http.returnUrls', { returnUrls: ['javascript:alert(1)'] }],
    ['http.returnUrls', { returnUrls: ['https://user:pass@app.example/'] }],
    ['http.basePath', { basePath: 'billing' }],
    ['http.basePath', { basePath: '//billing' }],
    ['http.basePath', { basePath: '/billing?x' }],
    ['http.pricingUrl', { pricingUrl: '//evil.example' }],
    ['http.pricingUrl', { pricingUrl: 'javascript:alert(1)' }],
    ['http.bodyLimit', { bodyLimit: 0 }],
    ['http.bodyLimit', { bodyLimit: Number.POSITIVE_INFINITY }],
    ['http.webhookBodyLimit', { webhookBodyLimit: -1 }],
    ['http.bodyTimeoutMs', { bodyTimeoutMs: Number.NaN }],
  ])('name %s in the error for %j', (option, http) => {
    expect(() => testApp({ http })).toThrow(
      expect.objectContaining({
        kind: 'config',
        code: 'invalid_options',
        detail: { option },
        message: expect.stringContaining(option),
      }),
    )
  })

  it.each<HttpOptions>([
    {},
    { origins: ['https://app.example', 'http://localhost:3000', 'https://app.example:8443'] },
    { returnUrls: ['https://app.example', 'https://app.example/blog/'] },
    { basePath: '/api/billing/' },
    { pricingUrl: 'https://www.example/pricing' },
  ])('accept %j', (http) => {
    expect(() => testApp({ http })).not.toThrow()
  })

  it('lets nobody’s page call by default', async () => {
    const app = testApp({ http: { origins: [] } })
    expect((await app.ask('POST /cancel', { user: 'alice', body: {} })).status).toBe(403)
  })
})
