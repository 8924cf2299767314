import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { assertSigned } from '../../src/vendor/webhook-signature.ts'

it('one secret signs by two algorithms, and each code counts for its own alone', async () => {
  const keys = [new TextEncoder().encode('a secret of some length')]
  const codeBy = (hash: string) =>
    createHmac(hash, keys[0] ?? '')
      .update('body')
      .digest('hex')
  const check = (hash: 'SHA-256' | 'SHA-512', code: string) =>
    assertSigned('x', { hash, keys, message: ['body'], signatures: [code], encoding: 'hex' })
  await check('SHA-256', codeBy('sha256'))
  await check('SHA-512', codeBy('sha512'))
  await expect(check('SHA-256', codeBy('sha512'))).rejects.toThrow()
  await expect(check('SHA-512', codeBy('sha256'))).rejects.toThrow()
})
