import type { Locator, Page } from 'playwright-core'
import type { Visit } from './visit.ts'
import { expect } from 'vitest'

/** A button, by the words on it. */
export const button = (within: Page | Locator, name: string | RegExp): Locator =>
  within.getByRole('button', { name, exact: true })

/** A link, by its words. */
export const link = (within: Page | Locator, name: string): Locator =>
  within.getByRole('link', { name, exact: true })

/** A part of the page, by its heading. */
export const part = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('region', { name })

/** Waits until the words can be read. */
export async function reads(within: Page | Locator, words: string | RegExp): Promise<void> {
  await within.getByText(words).first().waitFor()
}

/** Signs in as one of the owners of the demo. */
export async function signIn(page: Page, owner: string | RegExp = /Joe's Cafe/): Promise<void> {
  await page.getByRole('button', { name: owner }).click()
  await page.getByRole('heading', { name: 'Plans', level: 1 }).waitFor()
}

/** From the plans to the provider's page. */
export async function choose(page: Page, plan: string): Promise<void> {
  await button(page, `Choose ${plan}`).click()
  await reads(page, 'What you pay')
}

/** Pays on the provider's page with the test card of this label. */
export async function payWith(page: Page, card: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^${card} \\d`) }).click()
}

/**
 * Pays on the provider's page, and the server is killed before the customer is back. Answers with
 * another tab that came back once the server runs again: the first one reloads whenever it likes.
 */
export async function payAndKill(visit: Visit): Promise<Page> {
  const { page, context, app, expectErrors } = visit
  expectErrors(/ERR_CONNECTION|ERR_INCOMPLETE|ERR_EMPTY/)
  const killed = app.serverId()
  let back = ''
  await page.route(page.url(), async (route) => {
    const response = await route.fetch({ maxRedirects: 0 })
    back = response.headers().location ?? ''
    process.kill(killed, 'SIGKILL')
    await route.fulfill({ response })
  })
  await payWith(page, 'Pays')
  await expect.poll(() => app.serverId(), { timeout: 20_000 }).not.toBe(killed)
  const answers = () =>
    fetch(`${app.url}/api/me`).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(answers, { timeout: 20_000 }).toBe(true)
  expect(back).toContain('reference=')
  const again = await context.newPage()
  await again.goto(back)
  return again
}

/** Signs in and pays for a plan; ends on the dashboard. */
export async function subscribe(page: Page, plan: string): Promise<void> {
  await signIn(page)
  await choose(page, plan)
  await payWith(page, 'Pays')
  await reads(page, 'Thank you! Your payment arrived.')
  await part(page, `${plan} active`).waitFor()
}

/** Adds a business on the dashboard. */
export async function addBusiness(page: Page, name: string): Promise<void> {
  await page.getByLabel('Name of the business').fill(name)
  await button(page, 'Add business').click()
  await reads(page, `«${name}» is on the corner.`)
}

/** Moves the clock with a button of the time machine, as far as `arrives`, such as `14 Nov 2025`. */
export async function jump(page: Page, name: string, arrives: string): Promise<void> {
  const machine = page.getByRole('complementary', { name: 'Time machine' })
  await button(machine, new RegExp(`^${name}`)).click()
  // The first line of the machine is its clock.
  await machine.getByRole('paragraph').first().filter({ hasText: arrives }).waitFor()
}

/** From today's Basic with a business to the day its renewal was declined. */
export async function becomePastDue(page: Page): Promise<void> {
  await subscribe(page, 'Basic')
  await addBusiness(page, 'Main Street')
  await button(page, 'Next card declines').click()
  await reads(page, 'The next charge will be declined.')
  await jump(page, 'To the next payment', '14 Nov 2025')
  await part(page, 'Basic past due').waitFor()
}

/** What the server answers when the page is passed over: a POST with the customer's own session. */
export async function send(page: Page, path: string, body: object) {
  const response = await page.request.post(new URL(path, page.url()).href, {
    data: body,
    headers: { origin: new URL(page.url()).origin },
  })
  return { status: response.status(), body: await response.json() }
}
