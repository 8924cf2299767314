import type { Page } from 'playwright-core'
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'vitest'
import { screenshot } from './visit.ts'

const PHONE = { width: 375, height: 720 }
const SIZES = [PHONE, { width: 1280, height: 800 }]
const SCHEMES = ['light', 'dark'] as const

/** Photographs a screen small and wide, light and dark; nothing may bar the way or stick out. */
export async function look(page: Page, name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme })
      const where = `${name} ${size.width} ${colorScheme}`
      await screenshot(page, where)
      expect(await barriers(page), where).toEqual([])
    }
    await fits(page, name, size.width)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

/** The same for a screen that others already show in every way: on a phone alone. */
export async function lookOnPhone(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize(PHONE)
  await screenshot(page, `${name} ${PHONE.width}`)
  expect(await barriers(page), name).toEqual([])
  await fits(page, name, PHONE.width)
  if (before) await page.setViewportSize(before)
}

async function fits(page: Page, name: string, width: number): Promise<void> {
  const needed = await page.evaluate('document.documentElement.scrollWidth')
  expect(needed, `${name} is wider than ${width}`).toBeLessThanOrEqual(width)
}

/** What axe finds serious or worse: the rule, and where. */
async function barriers(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
    )
}
