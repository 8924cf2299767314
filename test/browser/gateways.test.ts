/** The example on each vendor's own emulator: bought on its page, and canceled in the app. */
import { expect } from 'vitest'
import { lookOnPhone } from './support/look.ts'
import * as steps from './support/steps.ts'
import { storyAt, type Visit } from './support/visit.ts'

const { button, part, payWith, reads, signIn } = steps

/** What a person reads of Basic, on the vendor's page and in the app. */
const VENDORS = {
  stripe: { who: 'Stripe', brand: 'Stripe emulator', price: '$49.00', card: 'Visa •••• 4242' },
  dodo: {
    who: 'Dodo Payments',
    brand: 'Dodo Payments, emulated',
    price: '$49.00',
    card: '•••• 4242',
  },
  paymongo: {
    who: 'PayMongo',
    brand: 'PayMongo emulator',
    price: '₱2,499.00',
    card: 'Nothing is saved',
  },
  paystack: {
    who: 'Paystack',
    brand: 'Paystack, emulated',
    price: '$49.00',
    card: 'Visa •••• 4081',
  },
}

type Vendor = (typeof VENDORS)[keyof typeof VENDORS]

async function choosesBasic({ page }: Visit, { who, brand, price }: Vendor): Promise<void> {
  await reads(page, `Payments go to an emulator of ${who} on this machine;`)
  await lookOnPhone(page, `39 ${brand}`)
  await signIn(page)
  await button(page, 'Choose Basic').click()
  await reads(page, brand)
  await reads(page, price)
  await lookOnPhone(page, `40 ${brand}`)
}

async function hasBasic({ page }: Pick<Visit, 'page'>, vendor: Vendor): Promise<void> {
  const { brand, price, card } = vendor
  await reads(part(page, 'Basic active'), `Next payment: ${price} on 14 Nov 2025`)
  await reads(part(page, 'Payment method'), card)
  const paid = part(page, 'Payments').getByRole('row', { name: 'Paid' })
  await reads(paid, price)
  expect(await paid.count()).toBe(1)
  await lookOnPhone(page, `41 ${brand}`)
}

async function cancels({ page }: Pick<Visit, 'page'>): Promise<void> {
  await button(page, 'Cancel plan').click()
  await button(page.getByRole('dialog'), 'Cancel plan').click()
  await reads(part(page, 'Basic ending'), 'Your Basic plan is active until 14 Nov 2025.')
}

for (const gateway of ['dodo', 'paymongo', 'paystack'] as const)
  storyAt(gateway, `${gateway}: bought on its page, seen in the app, canceled`, async (visit) => {
    await choosesBasic(visit, VENDORS[gateway])
    await payWith(visit.page, 'Pays')
    await reads(visit.page, 'Thank you! Your payment arrived.')
    await hasBasic(visit, VENDORS[gateway])
    await cancels(visit)
  })

storyAt(
  'paymongo',
  'paymongo: an upgrade is paid on its page, and the app hears of it',
  async (visit) => {
    const { page } = visit
    const toast = 'Thank you! Your payment arrived.'
    await choosesBasic(visit, VENDORS.paymongo)
    await payWith(page, 'Pays')
    await reads(page, toast)
    await steps.link(page, 'Change plan').click()
    await button(page, /^Upgrade to Professional/).click()
    await button(page.getByRole('dialog'), /^Pay ₱/).click()
    await reads(page, VENDORS.paymongo.brand)
    await payWith(page, 'Pays')
    await part(page, 'Professional active').waitFor()
    await reads(page, toast)
  },
)

storyAt(
  'stripe',
  'stripe: the same, though the server was killed on the way back',
  async (visit) => {
    await choosesBasic(visit, VENDORS.stripe)
    const page = await steps.payAndKill(visit)
    await hasBasic({ page }, VENDORS.stripe)
    await cancels({ page })
  },
)
