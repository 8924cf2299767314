import { expect } from 'vitest'
import * as steps from './support/steps.ts'
import { story } from './support/visit.ts'

const { addBusiness, becomePastDue, button, choose, jump, link, part } = steps
const { payWith, reads, send, signIn, subscribe } = steps

story('B1 B3: an owner pays, is active at once, and the plan is full', async (visit) => {
  const { page, expectErrors } = visit
  expectErrors(/403 .*\/api\/listings$/)
  await signIn(page)
  await reads(page, 'Subscribe to start listing your business')
  await choose(page, 'Basic')
  await reads(page, '$49.00')
  await payWith(page, 'Pays')
  await reads(page, 'Thank you! Your payment arrived.')
  const plan = part(page, 'Basic active')
  await reads(plan, 'Next payment: $49.00 on 14 Nov 2025')
  await addBusiness(page, 'Main Street')
  await reads(page, '1 / 1 business')
  await page.getByLabel('Name of the business').fill('Downtown')
  await button(page, 'Add business').click()
  await reads(page, 'Basic has room for 1 business, and that is used.')
  await link(page, 'Upgrade your plan').click()
  await button(page, 'Upgrade to Professional').waitFor()
  await link(page, 'Listings').click()
  await page.getByRole('heading', { name: 'Main Street' }).waitFor()
  expect(await page.getByRole('heading', { name: 'Downtown' }).count()).toBe(0)
})

story('B1: a declined card buys nothing, and another one pays on the same page', async (visit) => {
  const { page } = visit
  await signIn(page)
  await choose(page, 'Basic')
  await payWith(page, 'Declined: insufficient funds')
  await reads(page, 'The card was declined: insufficient funds. Try another one.')
  await payWith(page, 'Pays after you confirmed')
  await reads(page, 'Your bank asks whether you made a payment of $49.00.')
  await button(page, 'Refuse').click()
  await reads(page, 'The payment was not confirmed. Try again.')
  await payWith(page, 'Pays after you confirmed')
  await button(page, 'Confirm').click()
  await reads(page, 'Thank you! Your payment arrived.')
  const payments = part(page, 'Payments').getByRole('row')
  await payments.nth(1).waitFor()
  expect(await payments.count()).toBe(2)
})

story('B2: who pays nothing is sent to the plans, and visitors look around', async (visit) => {
  const { page } = visit
  await link(page, 'See all listings').click()
  await reads(page, 'No businesses are listed right now.')
  await link(page, 'Sign in').click()
  await signIn(page)
  await link(page, 'Dashboard').click()
  await reads(page, 'Subscribe to start listing your business')
  await button(page, 'Choose Basic').waitFor()
})

story('B4: the renewal is announced three days before and then paid again', async ({ page }) => {
  await subscribe(page, 'Basic')
  await jump(page, 'To the next reminder', '11 Nov 2025')
  await reads(part(page, 'Notices'), 'Renewal reminder')
  await jump(page, 'To the next payment', '14 Nov 2025')
  await reads(part(page, 'Basic active'), 'Next payment: $49.00 on 14 Dec 2025')
  const payments = part(page, 'Payments').getByRole('row', { name: '$49.00' })
  await payments.nth(1).waitFor()
  expect(await payments.count()).toBe(2)
})

story(
  'B5: a declined renewal hides the business after the grace, until it is paid',
  async (visit) => {
    const { page } = visit
    await becomePastDue(page)
    await reads(part(page, 'Pay $49.00 by 21 Nov 2025'), 'Your card was declined.')
    await jump(page, 'To the end of the grace period', '21 Nov 2025')
    await part(page, 'Your businesses are hidden').waitFor()
    await part(page, 'Basic suspended').waitFor()
    await link(page, 'Listings').click()
    await reads(page, 'No businesses are listed right now.')
    await link(page, 'Dashboard').click()
    await button(part(page, 'Your businesses are hidden'), 'Update card').click()
    await payWith(page, 'Pays')
    await part(page, 'Basic active').waitFor()
    await reads(part(page, 'Your businesses'), 'Public')
    await reads(page, 'Next payment: $49.00 on 14 Dec 2025')
    await link(page, 'Listings').click()
    await page.getByRole('heading', { name: 'Main Street' }).waitFor()
  },
)

story(
  'B5: in the grace everything stays public, and a new card saves the plan',
  async ({ page }) => {
    await becomePastDue(page)
    await reads(part(page, 'Your businesses'), 'Public')
    await reads(
      part(page, 'Your businesses'),
      'Nothing can be added until the open payment is made.',
    )
    expect(await button(page, 'On hold').isDisabled()).toBe(true)
    // The page only says what the server would answer.
    expect(await send(page, '/api/listings', { name: 'Downtown' })).toMatchObject({
      status: 402,
      body: { code: 'past_due' },
    })
    await jump(page, 'To the next reminder', '19 Nov 2025')
    await reads(part(page, 'Notices'), 'Your listings will be hidden on 21 Nov 2025.')
    await button(part(page, /^Pay \$49.00 by/), 'Update card').click()
    await payWith(page, 'Pays')
    await part(page, 'Basic active').waitFor()
    await reads(page, 'Next payment: $49.00 on 14 Dec 2025')
  },
)

story('B5: what is never paid ends, keeps its data, and can be bought anew', async ({ page }) => {
  await becomePastDue(page)
  await button(page, 'Pay now').click()
  await reads(page, 'The card was declined')
  await jump(page, 'To the end of the grace period', '21 Nov 2025')
  await part(page, 'Basic suspended').waitFor()
  await jump(page, 'To the end of the subscription', '28 Nov 2025')
  await reads(part(page, 'Your businesses'), 'Archived')
  await link(page, 'Choose a plan').click()
  await choose(page, 'Basic')
  await payWith(page, 'Pays')
  await reads(part(page, 'Basic active'), 'Next payment: $49.00 on 28 Dec 2025')
  await button(page, 'Bring back Main Street').click()
  await reads(page, '«Main Street» is back.')
  await reads(page, '1 / 1 business')
  await reads(part(page, 'Your businesses'), 'Public')
})

story('B6: an upgrade shows its price before it is paid, and counts at once', async ({ page }) => {
  await subscribe(page, 'Basic')
  await addBusiness(page, 'Main Street')
  await jump(page, 'To the next reminder', '11 Nov 2025')
  await link(page, 'Plans').click()
  await button(page, 'Upgrade to Professional').click()
  const dialog = page.getByRole('dialog', { name: 'Change to Professional' })
  await reads(dialog, 'At once')
  await reads(dialog, '$99.00 on 14 Nov 2025')
  // Three of thirty days at $50.00 more.
  await button(dialog, 'Pay $5.00').click()
  await reads(page, 'You are on the Professional plan now.')
  await link(page, 'Dashboard').click()
  await part(page, 'Professional active').waitFor()
  await reads(part(page, 'Payments'), '$5.00')
  await addBusiness(page, 'Downtown')
  await addBusiness(page, 'Harbor')
  await reads(page, '3 / 3 businesses')
})

story(
  'B7: a downgrade asks what to keep, can be taken back, and archives the rest',
  async (visit) => {
    const { page, expectErrors } = visit
    expectErrors(/409 .*\/billing\/preview\/change$/)
    await subscribe(page, 'Professional')
    await addBusiness(page, 'Main Street')
    await addBusiness(page, 'Downtown')
    const downgrade = async () => {
      await link(page, 'Plans').click()
      await button(page, 'Downgrade to Basic').click()
      const dialog = page.getByRole('dialog', { name: 'Change to Basic' })
      await dialog.getByLabel('Main Street').check()
      await reads(dialog, 'Archived on 14 Nov 2025: Downtown.')
      await reads(dialog, '$49.00 on 14 Nov 2025')
      await button(dialog, 'Confirm change').click()
      await reads(page, 'Your change to Basic is set.')
      await link(page, 'Dashboard').click()
    }
    await downgrade()
    await button(page, 'Undo the change').click()
    await reads(page, 'The change is taken back.')
    await reads(page, 'Next payment: $99.00 on 14 Nov 2025')
    await downgrade()
    await jump(page, 'To the next payment', '14 Nov 2025')
    await part(page, 'Basic active').waitFor()
    const rows = part(page, 'Your businesses').getByRole('listitem')
    await rows.filter({ hasText: 'Downtown' }).getByText('Archived').waitFor()
    await rows.filter({ hasText: 'Main Street' }).getByText('Public').waitFor()
    await reads(part(page, 'Payments'), '$49.00')
  },
)

story('B8: a canceled plan goes on until the period ends, and can be resumed', async ({ page }) => {
  await subscribe(page, 'Basic')
  await addBusiness(page, 'Main Street')
  const cancel = async () => {
    await button(page, 'Cancel plan').click()
    const dialog = page.getByRole('dialog', { name: 'Cancel Basic?' })
    await reads(dialog, 'You keep Basic until 14 Nov 2025')
    await button(dialog, 'Cancel plan').click()
    await part(page, 'Basic ending').waitFor()
  }
  await cancel()
  await button(page, 'Resume my plan').click()
  await part(page, 'Basic active').waitFor()
  await reads(page, 'Next payment: $49.00 on 14 Nov 2025')
  await cancel()
  await jump(page, 'To the end of the paid period', '14 Nov 2025')
  await link(page, 'Choose a plan').waitFor()
  await link(page, 'Listings').click()
  await reads(page, 'No businesses are listed right now.')
})
