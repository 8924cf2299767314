/**
 * «May this customer use this feature?» for 10,000 customers and 8 features: from a snapshot that is
 * kept, and worked out anew from the account.
 */
import { AbilityBuilder, createMongoAbility, type MongoAbility } from '@casl/ability'
import {
  type Account,
  catalog,
  type Entitlements,
  entitlements,
  flag,
  instant,
  limit,
  meter,
  monthly,
  plan,
  type Usage,
  value,
} from '../../src/core/index.ts'
import { world } from '../../src/testing/index.ts'
import { compare, inputs } from '../support/measure.ts'

const CUSTOMERS = 10_000
const NOW = instant('2025-10-20T12:00:00Z')
const [projects, seats, sites] = [limit('projects'), limit('seats'), limit('sites')]
const [queries, exports] = [meter('queries'), meter('exports')]
const [sso, audit] = [flag('sso'), flag('audit')]
const model = value('model', ['small', 'large'])

const CATALOG = catalog({
  plans: [
    plan('free', { default: true, includes: [projects(1), queries(50), model('small')] }),
    plan('pro', {
      price: monthly(49_00, 'USD'),
      includes: [projects(3), seats(5), queries(1000), exports(20), model('large'), sso()],
    }),
    plan('team', {
      price: monthly(99_00, 'USD'),
      includes: [
        projects('unlimited'),
        seats(50),
        sites(10),
        queries('unlimited'),
        exports(200),
        model('large'),
        sso(),
        audit(),
      ],
    }),
  ],
  gateways: [{ name: 'paystack' }],
})

interface Customer {
  readonly account: Account
  readonly usage: Usage
  readonly plan: string
}

const customers = new Map<string, Customer>()
for (let i = 0; i < CUSTOMERS; i++) customers.set(`customer-${i}`, customerOf(i))

const granted = new Map<string, ReadonlySet<string>>()
const abilities = new Map<string, MongoAbility>()
for (const { id, includes } of CATALOG.plans.values()) {
  granted.set(id, new Set(includes.map(({ feature }) => feature)))
  const { can, build } = new AbilityBuilder<MongoAbility>(createMongoAbility)
  for (const { feature } of includes) can('use', feature)
  abilities.set(id, build())
}

const sets = new Map<string, ReadonlySet<string>>()
const rules = new Map<string, MongoAbility>()
const snapshots = new Map<string, Entitlements>()
for (const [id, { account, usage, plan }] of customers) {
  sets.set(id, granted.get(plan) ?? new Set())
  rules.set(id, abilities.get(plan) ?? createMongoAbility())
  snapshots.set(id, entitlements(account, usage, NOW, CATALOG))
}

const questions = inputs((random) => {
  const customer = `customer-${random(CUSTOMERS)}`
  const feature = CATALOG.featureIds[random(CATALOG.featureIds.length)] ?? 'projects'
  const { account, usage } = customers.get(customer) ?? customerOf(0)
  return { customer, feature, account, usage }
})

const byHand = (i: number) => {
  const { customer, feature } = questions.at(i)
  return sets.get(customer)?.has(feature)
}
const byAbility = (i: number) => {
  const { customer, feature } = questions.at(i)
  return rules.get(customer)?.can('use', feature)
}
const bySnapshot = (i: number) => {
  const { customer, feature } = questions.at(i)
  return snapshots.get(customer)?.check(feature)
}

questions.all.forEach(({ customer, feature }, i) => {
  const answers = [byHand(i), byAbility(i), bySnapshot(i)]
  if (new Set(answers).size > 1) throw new Error(`${customer} ${feature}: ${answers}`)
})
compare('One entitlement check, 10,000 customers, 8 features', [
  { name: 'limit: Map + Set', run: byHand },
  { name: 'billwright snapshot.check()', run: bySnapshot },
  {
    name: 'billwright snapshot.get()',
    run: (i) => {
      const { customer, feature } = questions.at(i)
      return snapshots.get(customer)?.get(feature)
    },
  },
  { name: 'CASL ability per plan', run: byAbility },
  {
    name: 'billwright entitlements(), all 8 from the account',
    run: (i) => {
      const { account, usage } = questions.at(i)
      return entitlements(account, usage, NOW, CATALOG)
    },
  },
])
console.log(
  'The limit and CASL know what a plan gives. The snapshot also knows status, grace, counts and why;\n' +
    'nobody here is at a limit or in arrears, so that all of them must answer the same.',
)

function customerOf(i: number): Customer {
  const plan = ['free', 'pro', 'team'][i % 3] ?? 'free'
  const used = { projects: { used: i % 3 === 0 ? 0 : i % 2 }, queries: { used: i % 40 } }
  const customer = world(CATALOG, '2025-10-14', { id: `customer-${i}` })
  customer.do({ type: 'register' })
  if (plan !== 'free') {
    customer.do({ type: 'subscribe', plan })
    customer.pay()
  }
  return { account: customer.account, usage: used, plan }
}
