/** The Next example: queries that run out, a plan that is bought, and the page to cancel on. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { gate } from '../runtime/support/gate.ts'
import { look } from './support/look.ts'
import { button, link, payWith, reads, send } from './support/steps.ts'
import { analyserStory } from './support/visit.ts'

// A color that is still fading in has no contrast yet.
const still = { reducedMotion: 'reduce' } as const

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('Name').fill('ada')
  await button(page, 'Sign in').click()
  await page.getByRole('heading', { name: 'What went wrong?' }).waitFor()
}

async function buyPro(page: Page): Promise<void> {
  await link(page, 'Pricing').click()
  await button(page, 'Upgrade to Pro').click()
  await reads(page, 'What you pay')
  await payWith(page, 'Pays')
  await reads(page, 'Thank you. Your payment has arrived and your plan is active.')
}

analyserStory(still, 'D-03 the query after the last one asks to upgrade', async (visit) => {
  const { page, expectErrors } = visit
  expectErrors(/429 .*\/api\/analyse$/)
  await look(page, '20 analyser sign in')
  await signIn(page)
  for (let used = 1; used <= 5; used += 1) {
    await button(page, 'Analyse').click()
    await reads(page, `${used} of 5 queries used`)
  }
  await look(page, '21 analyser full')
  await button(page, 'Analyse').click()
  const offer = page.getByRole('dialog')
  await offer.getByText('You have used all queries of this month').waitFor()
  await look(page, '22 analyser upgrade')
  await link(offer, 'See plans').click()
  await page.getByRole('heading', { name: 'Plans' }).waitFor()
  await look(page, '23 analyser pricing')
})

analyserStory(still, 'D-05 what was paid for may be used at once', async ({ page }) => {
  await signIn(page)
  await reads(page, 'Fix suggestions')
  await buyPro(page)
  await reads(page, 'Queries used: 0, no limit')
  await look(page, '24 analyser billing')
  await link(page, 'Error analyser').click()
  await button(page, 'Analyse').click()
  await reads(page, 'Cause, says gpt-3.5')
  await reads(page, 'Queries used: 1, no limit')
})

analyserStory(
  still,
  'E-01 canceling is asked twice, and shown until it is undone',
  async (visit) => {
    const { page } = visit
    const cancels: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/api/billing/cancel')) cancels.push(request.method())
    })
    await signIn(page)
    await buyPro(page)
    await button(page, 'Cancel plan').click()
    const question = page.getByRole('dialog')
    await look(page, '25 analyser cancel')
    await button(question, 'Keep it').click()
    expect(cancels).toEqual([])
    await button(page, 'Cancel plan').click()
    await button(question, 'Cancel plan').dblclick()
    await reads(page, 'Pending cancellation')
    expect(cancels).toEqual(['POST'])
    expect(await button(page, 'Cancel plan').count()).toBe(0)
    expect(await page.getByText('Thank you.').count()).toBe(0)
    await look(page, '26 analyser pending')
    await button(page, 'Resume').click()
    await button(page, 'Cancel plan').waitFor()
  },
)

analyserStory(
  still,
  'D-08 whoever clicks before the scripts have come is heard',
  async ({ page }) => {
    const scripts = gate()
    await signIn(page)
    await page.route('**/_next/static/**', async (route) => {
      await scripts.opened
      await route.continue()
    })
    await page.goto(new URL('/pricing', page.url()).href, { waitUntil: 'commit' })
    const upgrade = button(page, 'Upgrade to Pro')
    await upgrade.waitFor()
    const bought = upgrade.click()
    expect(await upgrade.isDisabled()).toBe(true)
    // A browser that has not read of the page's icon yet asks for it here.
    const icon = await page.request.get(new URL('/favicon.ico', page.url()).href)
    expect(icon.status()).toBe(200)
    scripts.open()
    await bought
    await reads(page, 'What you pay')
  },
)

analyserStory(
  still,
  'E-03 a plan that ends takes no change but a resume, and shows its payments',
  async (visit) => {
    const { page } = visit
    await signIn(page)
    await buyPro(page)
    await button(page, 'Cancel plan').click()
    await button(page.getByRole('dialog'), 'Cancel plan').click()
    await reads(page, 'Pending cancellation')
    await link(page, 'Pricing').click()
    await button(page, 'Resume Pro').waitFor()
    expect(await page.getByRole('button', { name: /^(Upgrade|Switch)/ }).count()).toBe(0)
    await look(page, '27 analyser ending plans')
    expect(await send(page, '/api/billing/change', { plan: 'team' })).toMatchObject({
      status: 409,
      body: { code: 'ending' },
    })
    await link(page, 'Billing').click()
    await reads(page.getByRole('listitem'), '$2.00')
    await button(page, 'Update card').click()
    await payWith(page, 'Pays')
    await reads(page, 'Pending cancellation')
    await button(page, 'Resume').click()
    await button(page, 'Cancel plan').waitFor()
  },
)
