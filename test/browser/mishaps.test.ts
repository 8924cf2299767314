import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import * as steps from './support/steps.ts'
import { story } from './support/visit.ts'

const { button, choose, link, part, payWith, reads, signIn, subscribe } = steps

story('two tabs that upgrade at the same time pay once', async (visit) => {
  const { page, context, app, expectErrors } = visit
  expectErrors(/409 .*\/billing\/change$/)
  await subscribe(page, 'Basic')
  const other = await context.newPage()
  await other.goto(`${app.url}/#/pricing`)
  await page.goto(`${app.url}/#/pricing`)
  const pays = [page, other].map((tab) => tab.getByRole('button', { name: /^Pay \$/ }))
  for (const tab of [page, other]) await button(tab, 'Upgrade to Professional').click()
  for (const pay of pays) await pay.waitFor()
  await Promise.all(pays.map((pay) => pay.click()))
  for (const tab of [page, other]) {
    await tab.getByRole('dialog').waitFor({ state: 'hidden' })
    await link(tab, 'Dashboard').click()
    await part(tab, 'Professional active').waitFor()
    expect(await paid(tab).count()).toBe(2)
  }
})

story('what one tab pays is seen in the other without a reload', async ({ page, context, app }) => {
  await signIn(page)
  const other = await context.newPage()
  await other.goto(app.url)
  await button(other, 'Choose Basic').waitFor()
  await choose(page, 'Basic')
  await payWith(page, 'Pays')
  await part(other, 'Basic active').waitFor()
})

story('who goes back, cancels and reloads on the way pays once', async ({ page }) => {
  await signIn(page)
  await choose(page, 'Basic')
  await page.goBack()
  await choose(page, 'Professional')
  await button(page, 'Cancel').click()
  await choose(page, 'Basic')
  await page.reload()
  await payWith(page, 'Pays')
  await part(page, 'Basic active').waitFor()
  await page.reload()
  await part(page, 'Basic active').waitFor()
  expect(await paid(page).count()).toBe(1)
  await page.goBack()
  await reads(page, 'This has been paid')
  await link(page, 'Back to the app').click()
  await part(page, 'Basic active').waitFor()
  expect(await paid(page).count()).toBe(1)
})

story('the keyboard alone signs in, pays, cancels and changes its mind', async ({ page }) => {
  await press(page, page.getByRole('button', { name: /Mary's Bakery/ }))
  await press(page, button(page, 'Choose Basic'))
  await press(page, page.getByRole('button', { name: /^Pays \d/ }))
  await part(page, 'Basic active').waitFor()
  await press(page, button(page, 'Cancel plan'))
  const dialog = page.getByRole('dialog', { name: 'Cancel Basic?' })
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  expect(await hasFocus(page, button(page, 'Cancel plan'))).toBe(true)
  await page.keyboard.press('Enter')
  await press(page, button(dialog, 'Cancel plan'))
  await part(page, 'Basic ending').waitFor()
  await press(page, button(page, 'Resume my plan'))
  await part(page, 'Basic active').waitFor()
})

story('a server killed between payment and redirect comes back with the plan', async (visit) => {
  await signIn(visit.page)
  await choose(visit.page, 'Basic')
  const again = await steps.payAndKill(visit)
  await part(again, 'Basic active').waitFor()
  expect(await paid(again).count()).toBe(1)
})

const paid = (page: Page) => part(page, 'Payments').getByRole('row', { name: 'Paid' })

const hasFocus = async (page: Page, target: Locator) =>
  (await target.and(page.locator(':focus')).count()) === 1

/** Walks there with Tab, as far as the screen goes, and presses Enter. */
async function press(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let steps = 0; steps < 60; steps += 1) {
    if (await hasFocus(page, target)) return page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reaches ${target}`)
}
