/** Codes and hashes with Node's own cryptography, and with the web's where Node is missing. */
import { afterEach, describe, expect, it, vi } from 'vitest'

const NOWHERE = { getBuiltinModule: undefined }

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

describe.each([
  ['Node', {}],
  ['the web', { process: NOWHERE }],
])('with the cryptography of %s', (_, globals) => {
  const loaded = async () => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
    vi.resetModules()
    const { nodeCrypto } = await import('../../src/node-crypto.ts')
    const { sha256 } = await import('../../src/runtime/hash.ts')
    const { assertSigned } = await import('../../src/vendor/webhook-signature.ts')
    return { nodeCrypto, sha256, assertSigned }
  }

  it('text and bytes have the hash that the standard gives them', async () => {
    const { nodeCrypto, sha256 } = await loaded()
    expect(nodeCrypto === null).toBe('process' in globals)
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    expect(await sha256('abc')).toBe(abc)
    expect(await sha256(new TextEncoder().encode('abc'))).toBe(abc)
  })

  // The codes of RFC 4231, test case 2.
  it.each([
    ['SHA-256', '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'],
    [
      'SHA-512',
      '164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737',
    ],
  ] as const)('a message of pieces is authentic with its code by %s', async (hash, code) => {
    const { assertSigned } = await loaded()
    const pieces = ['what do ya ', new TextEncoder().encode('want for nothing?')]
    const signed = { hash, keys: [new TextEncoder().encode('Jefe')], message: pieces }
    const given = (signature: string) =>
      assertSigned('bank', { ...signed, signatures: [signature], encoding: 'hex' })
    await expect(given(code)).resolves.toBeUndefined()
    await expect(given(`${code.slice(0, -1)}0`)).rejects.toMatchObject({
      code: 'invalid_signature',
    })
  })
})
