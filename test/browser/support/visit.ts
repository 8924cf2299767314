import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { type App, type ListingsApp, startAnalyser, startApp } from './app.ts'
import { closeBrowser, findChromium, openBrowser } from './browser.ts'

/** One customer in front of one freshly started example. */
export interface Visit<Example extends App = ListingsApp> {
  readonly app: Example
  readonly page: Page
  readonly context: BrowserContext
  /** Errors of this kind belong to the story; every other error in the console fails it. */
  readonly expectErrors: (pattern: RegExp) => void
}

const SCREENSHOTS = fileURLToPath(new URL('../../../.data/screenshots/', import.meta.url))
const PATIENCE_MS = 8_000
const DESKTOP = { width: 1280, height: 800 }

const isMissing = findChromium() === null
afterAll(closeBrowser)

/** A test that clicks through the Express example in a browser of its own. */
export function story(rule: string, act: (visit: Visit) => Promise<void>): void {
  storyWith({}, rule, act)
}

/** The same on another screen: its size, its color scheme. */
export function storyWith(
  options: BrowserContextOptions,
  rule: string,
  act: (visit: Visit) => Promise<void>,
): void {
  test.skipIf(isMissing)(rule, () => visiting(() => startApp(), options, rule, act))
}

/** A test that clicks through the Express example with its billing in another database. */
export function storyOn(
  database: { readonly isInstalled: boolean; readonly open: () => Promise<string> },
  rule: string,
  act: (visit: Visit) => Promise<void>,
): void {
  const start = async () => startApp({ DATABASE_URL: await database.open() })
  test.skipIf(isMissing || !database.isInstalled)(rule, () => visiting(start, {}, rule, act))
}

/** A test that clicks through the Next example. */
export function analyserStory(
  options: BrowserContextOptions,
  rule: string,
  act: (visit: Visit<App>) => Promise<void>,
): void {
  test.skipIf(isMissing)(rule, () => visiting(startAnalyser, options, rule, act))
}

async function visiting<Example extends App>(
  start: () => Promise<Example>,
  options: BrowserContextOptions,
  rule: string,
  act: (visit: Visit<Example>) => Promise<void>,
): Promise<void> {
  const browser = await openBrowser()
  const app = await start()
  const context = await browser.newContext({ viewport: DESKTOP, ...options })
  context.setDefaultTimeout(PATIENCE_MS)
  try {
    const { errors, expectErrors } = listen(context)
    const page = await context.newPage()
    await page.goto(app.url)
    await act({ app, page, context, expectErrors }).catch(async (error) => {
      await screenshot(page, `failed ${rule}`)
      throw error
    })
    expect(errors()).toEqual([])
  } finally {
    await context.close()
    await app.stop()
  }
}

/** What any tab complains about in its console, less what the story expects. */
function listen(context: BrowserContext) {
  const heard: string[] = []
  const expected: RegExp[] = []
  context.on('console', (message) => {
    if (message.type() === 'error') heard.push(`${message.text()} ${message.location().url}`)
  })
  context.on('weberror', (error) => heard.push(String(error.error())))
  return {
    errors: () => heard.filter((text) => !expected.some((pattern) => pattern.test(text))),
    expectErrors: (pattern: RegExp) => {
      expected.push(pattern)
    },
  }
}

/** Saves the whole page below `.data/screenshots`. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  const file = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 80)
  await page.screenshot({ path: `${SCREENSHOTS}${file}.png`, fullPage: true })
}
