/**
 * The tables of the README that say what connects to what: gateways from what each adapter declares
 * that it can do, storages from the engines that the tests run on. `npx tsx scripts/readme-tables.ts`
 * writes them; a test fails when the page says something else.
 */
import type { Gateway, Operation } from 'billwright'
import { dodo } from 'billwright/dodo'
import { paymongo } from 'billwright/paymongo'
import { paystack } from 'billwright/paystack'
import { SANDBOX_WEBHOOK_SECRET, sandbox, sandboxEmulator } from 'billwright/sandbox'
import { stripe } from 'billwright/stripe'
import { type PageBlock, runScript } from './page-block.ts'

export interface ShownGateway {
  readonly name: string
  readonly entry: string
  /** Where its emulator is. */
  readonly emulator: string
  readonly docs: string
  /** The adapter with each clock that it has. */
  readonly open: (renewals: 'billwright' | 'gateway') => Gateway
}

export const GATEWAYS: readonly ShownGateway[] = [
  {
    name: 'sandbox, on your machine',
    entry: 'billwright/sandbox',
    emulator: 'billwright/sandbox',
    docs: 'docs/gateways/sandbox.md',
    open: (renewals) =>
      sandbox({
        secretKey: 'sk_test_readme_tables',
        webhookSecret: SANDBOX_WEBHOOK_SECRET,
        emulator: sandboxEmulator(),
        renewals,
      }),
  },
  {
    name: 'Dodo Payments',
    entry: 'billwright/dodo',
    emulator: 'billwright/dodo/testing',
    docs: 'docs/gateways/dodo.md',
    open: () =>
      dodo({
        secretKey: 'readme_tables',
        webhookSecret: 'whsec_cmVhZG1lX3RhYmxlc18wMDAx',
        mode: 'test',
        products: [{ product: 'pdt_1', plan: 'pro', interval: 'month', currency: 'USD' }],
      }),
  },
  {
    name: 'Stripe',
    entry: 'billwright/stripe',
    emulator: 'billwright/stripe/testing',
    docs: 'docs/gateways/stripe.md',
    open: (renewals) =>
      stripe({
        secretKey: 'sk_test_readme_tables',
        webhookSecret: 'whsec_readme_tables_0001',
        renewals,
      }),
  },
  {
    name: 'PayMongo',
    entry: 'billwright/paymongo',
    emulator: 'billwright/paymongo/testing',
    docs: 'docs/gateways/paymongo.md',
    open: () =>
      paymongo({ secretKey: 'sk_test_readme_tables', webhookSecret: 'whsk_readme_tables_0001' }),
  },
  {
    name: 'Paystack',
    entry: 'billwright/paystack',
    emulator: 'billwright/paystack/testing',
    docs: 'docs/gateways/paystack.md',
    open: () => paystack({ secretKey: 'sk_test_readme_tables' }),
  },
]

const STORAGES = [
  ['memory, the reference', 'billwright/memory', 'none: nothing survives the process'],
  [
    'SQLite',
    'billwright/sqlite',
    '`libsql`, `better-sqlite3` or `node:sqlite`: [one file, several processes](docs/storage-sqlite.md)',
  ],
  ['PostgreSQL', 'billwright/postgres', '`pg`: a pool, a client or a URL; or PGlite'],
  ['MariaDB', 'billwright/mysql', '`mysql2`: a pool, a connection or a URL; MySQL 8 is not tested'],
  ['any of these through Kysely', 'billwright/kysely', 'the app’s Kysely instance'],
  ['any of these through Drizzle', 'billwright/drizzle', 'the app’s Drizzle database'],
  [
    'any of these through Prisma 7',
    'billwright/prisma',
    'the app’s Prisma client, with a driver adapter',
  ],
] as const

export const WORDS: Readonly<Record<Operation, string>> = {
  trial_upfront: 'trial with a card',
  extend_trial: 'longer trial',
  change_now: 'upgrade at once',
  change_scheduled: 'scheduled downgrade',
  cancel_at_period_end: 'cancel at the period’s end',
  pause: 'pause',
  quantity: 'quantity',
  add_ons: 'add-ons',
  coupons: 'coupons',
  account_credit: 'account credit',
  update_payment_method: 'update the card',
  retry_payment: 'retry a payment',
}

export const OPERATIONS = Object.keys(WORDS) as readonly Operation[]

/** What each gateway does itself, what the core does for it, and what nobody can. */
function gatewayTable(): string {
  const columns = GATEWAYS.flatMap((shown) =>
    shown.open('billwright').capabilities.renewals.map((renewals) => {
      const { capabilities, document } = shown.open(renewals)
      return { shown, renewals, capabilities, documents: document !== undefined }
    }),
  )
  const rows = [
    ['', ...columns.map(({ shown }) => `[${shown.name}](${shown.docs})`)],
    ['---', ...columns.map(() => '---')],
    ['entry', ...columns.map(({ shown }) => `\`${shown.entry}\``)],
    ['emulator', ...columns.map(({ shown }) => `\`${shown.emulator}\``)],
    ['who renews', ...columns.map(({ renewals }) => renewals)],
    ...OPERATIONS.map((operation) => [
      WORDS[operation],
      ...columns.map(({ capabilities }) => capabilities.operations[operation]),
    ]),
    ['refunds', ...columns.map(({ capabilities }) => capabilities.refunds)],
    ['charges a saved card', ...columns.map((column) => yes(column.capabilities.savedMethods))],
    ['payment links', ...columns.map((column) => yes(column.capabilities.paymentLinks))],
    ['invoice documents', ...columns.map(({ documents }) => yes(documents))],
  ]
  return rows.map(line).join('\n')
}

/** Where billing data can live. */
function storageTable(): string {
  const rows = [
    ['storage', 'entry', 'through'],
    ['---', '---', '---'],
    ...STORAGES.map(([name, entry, through]) => [name, `\`${entry}\``, through]),
  ]
  return rows.map(line).join('\n')
}

const yes = (can: boolean) => (can ? 'yes' : 'no')

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

export const tableBlocks: readonly PageBlock[] = [
  { page: 'README.md', name: 'gateways, written by scripts/readme-tables.ts', make: gatewayTable },
  { page: 'README.md', name: 'storages, written by scripts/readme-tables.ts', make: storageTable },
]

for (const block of tableBlocks) runScript(import.meta.url, block)
