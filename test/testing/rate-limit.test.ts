import { expect, it } from 'vitest'
import { rateLimiter } from '../../src/testing/emulator/rate-limit.ts'

it('counts each key by itself, begins anew with the window, and says when that is', () => {
  let now = 59_000
  const limit = rateLimiter(() => now, { calls: 2, seconds: 60 })
  expect([limit('a'), limit('a'), limit('b')]).toEqual([null, null, null])
  expect(limit('a')).toEqual({ calls: 2, seconds: 60, resetIn: 1 })
  now = 60_000
  expect([limit('a'), limit('a')]).toEqual([null, null])
  expect(limit('a')).toMatchObject({ resetIn: 60 })
})

it('tells of the first limit that is reached, the shorter window beside the longer', () => {
  let now = 0
  const limits = [
    { calls: 2, seconds: 1 },
    { calls: 3, seconds: 60 },
  ] as const
  const limit = rateLimiter(() => now, ...limits)
  expect([limit('a'), limit('a')]).toEqual([null, null])
  expect(limit('a')).toMatchObject({ seconds: 1 })
  now = 1000
  expect(limit('a')).toMatchObject({ seconds: 60, resetIn: 59 })
})
