/** The same example, unchanged, with its billing in a database of another engine. */
import { freshDatabase, isInstalled } from '../support/databases.ts'
import * as steps from './support/steps.ts'
import { storyOn } from './support/visit.ts'

const { addBusiness, becomePastDue, button, jump, part, payWith, reads } = steps

for (const engine of ['postgres', 'mysql'] as const) {
  const database = { isInstalled: isInstalled(engine), open: () => freshDatabase(engine) }

  storyOn(database, `on ${engine} an owner buys, lists, upgrades and cancels`, async ({ page }) => {
    await steps.subscribe(page, 'Basic')
    await addBusiness(page, 'Main Street')
    await steps.link(page, 'Plans').click()
    await button(page, 'Upgrade to Professional').click()
    await button(page, 'Pay $50.00').click()
    await reads(page, 'You are on the Professional plan now.')
    await steps.link(page, 'Dashboard').click()
    await part(page, 'Professional active').waitFor()
    await button(page, 'Cancel plan').click()
    await button(page.getByRole('dialog'), 'Cancel plan').click()
    await reads(page, 'Professional plan is active until 14 Nov 2025')
  })

  storyOn(
    database,
    `on ${engine} an unpaid plan is suspended, and comes back`,
    async ({ page }) => {
      await becomePastDue(page)
      await jump(page, 'To the end of the grace period', '21 Nov 2025')
      await part(page, 'Your businesses are hidden').waitFor()
      await button(page, 'Update card').first().click()
      await payWith(page, 'Pays')
      await part(page, 'Basic active').waitFor()
    },
  )
}
