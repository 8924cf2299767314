import type { Page } from 'playwright-core'
import { AxeBuilder } from '@axe-core/playwright'
import { expect } from 'vitest'
import { screenshot } from './visit.ts'

const SIZES = [
  { width: 375, height: 720 },
  { width: 1280, height: 800 },
]
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
    const width = await page.evaluate('document.documentElement.scrollWidth')
    expect(width, `${name} is wider than ${size.width}`).toBeLessThanOrEqual(size.width)
  }
  await page.emulateMedia({ colorScheme: 'light' })
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
