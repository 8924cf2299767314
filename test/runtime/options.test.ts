import type { BillingOptions } from 'billwright'
import { billing, monthly, plan } from 'billwright'
import { memory } from 'billwright/memory'
import { describe, expect, it } from 'vitest'

/** Options as they come out of plain JavaScript. */
const opened = (more: object) =>
  billing({
    plans: [plan('pro', { price: monthly(49_00, 'USD') })],
    storage: memory(),
    ...more,
  } as BillingOptions)

describe('the options of billing', () => {
  it.each([
    [{ graceDays: 7 }, 'invalid_options', 'graceDays'],
    [{ policies: { dunning: { graceDays: 7 } } }, 'invalid_options', 'policies'],
    [{ dunning: { gracedays: 7 } }, 'invalid_catalog', 'gracedays'],
    [{ hooks: { notices() {} } }, 'invalid_options', 'notices'],
    [{ gatewayTimeoutMs: 1 }, 'invalid_options', 'gatewayTimeoutMs'],
    [{ storage: {} }, 'invalid_options', 'storage'],
  ])('are refused at start when one is unknown or wrong: %j', (more, code, name) => {
    expect(() => opened(more)).toThrow(
      expect.objectContaining({ kind: 'config', code, message: expect.stringContaining(name) }),
    )
  })

  it('may be present and undefined, which is the default', () => {
    expect(opened({ dunning: undefined }).catalog.policies.dunning.graceDays).toBe(7)
  })
})
