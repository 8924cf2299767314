import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const MISSING =
  'The browser tests need Chromium: `apt-get install chromium`, or set CHROMIUM to its path'

/** Where Chromium is, or `null` where these tests cannot run. Throws on CI: there they must run. */
export function findChromium(): string | null {
  const found = [process.env.CHROMIUM ?? '', ...PLACES].find((path) => path && existsSync(path))
  if (found) return found
  if (process.env.CI) throw new Error(MISSING)
  console.warn(`Skipped. ${MISSING}.`)
  return null
}

let running: Promise<Browser> | undefined

/** The one browser of a test file. */
export function openBrowser(): Promise<Browser> {
  running ??= chromium.launch({
    executablePath: findChromium() ?? PLACES[0] ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
  return running
}

/** Ends the browser of the test file, if it was opened. */
export async function closeBrowser(): Promise<void> {
  const browser = await running
  running = undefined
  await browser?.close()
}
