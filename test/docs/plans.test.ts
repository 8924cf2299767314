import { describe, expect, it } from 'vitest'
import { readPage } from '../../scripts/page-block.ts'
import { DEFAULT_POLICIES } from '../../src/core/index.ts'
import {
  addOn,
  BillingError,
  type CatalogOptions,
  catalog,
  coupon,
  limit,
  meter,
  monthly,
  plan,
} from '../../src/index.ts'

const page = readPage({ page: 'docs/plans.md', name: '', make: () => '' })
const price = monthly(49_00, 'USD')

/** `dunning.graceDays` → `7`, for every policy. */
function leaves(value: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([name, each]) =>
    typeof each === 'object' && !Array.isArray(each)
      ? leaves(each, `${path}${name}.`)
      : [[`${path}${name}`, JSON.stringify(each)] as const],
  )
}

describe('docs/plans.md', () => {
  it.each(leaves(DEFAULT_POLICIES))('lists the policy %s with its default %s', (name, value) => {
    expect(page).toContain(`\n| \`${name}\` | \`${value}\` | `)
  })

  it('lists no policy that does not exist', () => {
    const policies = page.slice(page.indexOf('## Policies'), page.indexOf('## When'))
    const listed = [...policies.matchAll(/^\| `([\w.]+)` \|/gm)].map(([, name]) => name)
    expect(listed).toEqual(leaves(DEFAULT_POLICIES).map(([name]) => name))
  })

  it.each<[string, CatalogOptions]>([
    ['a fraction of a minor unit', { plans: [plan('pro', { price: monthly(49.5, 'USD') })] }],
    ['a plan without price', { plans: [plan('pro')] }],
    ['a default plan that costs', { plans: [plan('free', { default: true, price })] }],
    ['two prices alike', { plans: [plan('pro', { price: [price, price] })] }],
    [
      'a feature in two ways',
      {
        plans: [
          plan('pro', { price, includes: [limit('queries')(1)] }),
          plan('team', { price, includes: [meter('queries')(1)] }),
        ],
      },
    ],
    [
      'an add-on for no plan',
      {
        plans: [plan('pro', { price })],
        addOns: [addOn('seats', { price, adds: [limit('members')(5)], plans: ['team'] })],
      },
    ],
    [
      'a coupon that takes nothing off',
      { plans: [plan('pro', { price })], coupons: [coupon('LAUNCH20', {})] },
    ],
    [
      'a grace period longer than dunning',
      { plans: [plan('pro', { price })], policies: { dunning: { graceDays: 20 } } },
    ],
    ['a city alone', { plans: [plan('pro', { price })], policies: { timeZone: 'Manila' } }],
  ])('shows the message for %s', (_, options) => {
    expect(page).toContain(` | \`${messageOf(options)}\` |`)
  })
})

function messageOf(options: CatalogOptions): string {
  try {
    catalog(options)
  } catch (error) {
    if (BillingError.isInstance(error)) return `${error.message}`
    throw error
  }
  throw new Error('The catalog was accepted')
}
