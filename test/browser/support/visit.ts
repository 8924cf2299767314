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
const PATIENCE_MS = 20_000
const DESKTOP = { width: 1280, height: 800 }

// A color that is still fading in has no contrast yet.
const STILL = { reducedMotion: 'reduce' } as const

const isMissing = findChromium() === null
afterAll(closeBrowser)
afterAll(() => Promise.all(queue.map(({ end }) => end())))

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
  tell(!isMissing, { rule, options, start: () => startApp(), act })
}

/** A test that clicks through the Express example with its billing in another database. */
export function storyOn(
  database: { readonly isInstalled: boolean; readonly open: () => Promise<string> },
  rule: string,
  act: (visit: Visit) => Promise<void>,
): void {
  const start = async () => startApp({ DATABASE_URL: await database.open() })
  tell(!isMissing && database.isInstalled, { rule, options: {}, start, act })
}

/** The same with another payment provider. */
export function storyAt(gateway: string, rule: string, act: (visit: Visit) => Promise<void>): void {
  const start = () => startApp({ GATEWAY: gateway })
  tell(!isMissing, { rule, options: STILL, start, act })
}

/** A test that clicks through the Next example. */
export function analyserStory(
  options: BrowserContextOptions,
  rule: string,
  act: (visit: Visit<App>) => Promise<void>,
): void {
  tell(!isMissing, { rule, options, start: startAnalyser, act })
}

interface Story<Example extends App> {
  readonly rule: string
  readonly options: BrowserContextOptions
  readonly start: () => Promise<Example>
  readonly act: (visit: Visit<Example>) => Promise<void>
}

function tell<Example extends App>(canRun: boolean, story: Story<Example>): void {
  const start = canRun ? startAhead(story.start) : story.start
  test.skipIf(!canRun)(story.rule, () => visiting({ ...story, start }))
}

/** The stories of this file, in the order in which they are told. */
const queue: { readonly begin: () => unknown; readonly end: () => Promise<void> }[] = []

/** Each story starts the example of the next one: it is ready when its turn comes. */
function startAhead<Example extends App>(start: () => Promise<Example>): () => Promise<Example> {
  let ready: Promise<Example> | undefined
  const begin = () => {
    ready ??= start()
    // Whoever takes it hears of it.
    ready.catch(() => {})
    return ready
  }
  const end = async () => (await ready?.catch(() => undefined))?.stop()
  const next = queue.push({ begin, end })
  return () => {
    const mine = begin()
    ready = undefined
    queue[next]?.begin()
    return mine
  }
}

async function visiting<Example extends App>(story: Story<Example>): Promise<void> {
  const { rule, options, start, act } = story
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
