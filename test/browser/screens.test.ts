import { look } from './support/look.ts'
import * as steps from './support/steps.ts'
import { storyWith } from './support/visit.ts'

const { addBusiness, becomePastDue, button, choose, jump, link, part, payWith, reads } = steps

// A color that is still fading in has no contrast yet.
const still = { reducedMotion: 'reduce' } as const

storyWith(still, 'the way to a plan is open to everybody on every screen', async ({ page }) => {
  await reads(page, 'Who are you?')
  await look(page, '01 sign in')
  await steps.signIn(page)
  await button(page, 'Choose Basic').waitFor()
  await look(page, '02 plans')
  await choose(page, 'Basic')
  await look(page, '03 hosted page')
  await payWith(page, 'Pays after you confirmed')
  await reads(page, 'Your bank asks')
  await look(page, '04 bank')
  await button(page, 'Confirm').click()
  await part(page, 'Basic active').waitFor()
  await button(page, 'Dismiss').click()
  await look(page, '05 active')
})

storyWith(still, 'a full plan and its upgrade are open to everybody', async (visit) => {
  const { page, expectErrors } = visit
  expectErrors(/403 .*\/api\/listings$/)
  await steps.subscribe(page, 'Basic')
  await addBusiness(page, 'Main Street')
  await page.getByLabel('Name of the business').fill('Downtown')
  await button(page, 'Add business').click()
  await reads(page, 'Basic has room for 1 business')
  await look(page, '06 full')
  await link(page, 'Upgrade your plan').click()
  await button(page, 'Upgrade to Professional').click()
  await page.getByRole('dialog').getByText('At once').waitFor()
  await look(page, '07 upgrade')
  await button(page, 'Not now').click()
  await link(page, 'Listings').click()
  await page.getByRole('heading', { name: 'Main Street' }).waitFor()
  await look(page, '08 public')
})

storyWith(still, 'an unpaid plan says so to everybody on every screen', async ({ page }) => {
  await becomePastDue(page)
  await look(page, '09 past due')
  await jump(page, 'To the end of the grace period', '21 Nov 2025')
  await part(page, 'Your businesses are hidden').waitFor()
  await look(page, '10 suspended')
  await page.setViewportSize({ width: 375, height: 720 })
  await button(page, /^Time machine/).click()
  await look(page, '11 time machine')
})

storyWith(still, 'what to keep and whether to go are asked of everybody', async (visit) => {
  const { page, expectErrors } = visit
  expectErrors(/409 .*\/billing\/preview\/change$/)
  await steps.subscribe(page, 'Professional')
  await addBusiness(page, 'Main Street')
  await addBusiness(page, 'Downtown')
  await link(page, 'Plans').click()
  await button(page, 'Downgrade to Basic').click()
  await page.getByRole('dialog').getByLabel('Main Street').check()
  await reads(page, 'Archived on 14 Nov 2025: Downtown.')
  await look(page, '12 what to keep')
  await button(page, 'Confirm change').click()
  await reads(page, 'Your change to Basic is set.')
  await link(page, 'Dashboard').click()
  await button(page, 'Undo the change').waitFor()
  await button(page, 'Cancel plan').click()
  await look(page, '13 cancel')
})
