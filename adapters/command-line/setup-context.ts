/** What surrounds a question to a vendor, and why one was not answered. */
import type { SetupContext } from 'billwright/setup'
import { BillingError } from 'billwright'
import { instant } from 'billwright/core'

const PATIENCE_MS = 120_000

export function setupContext(webhookUrl: string | null): SetupContext {
  return { now: instant(new Date()), signal: AbortSignal.timeout(PATIENCE_MS), webhookUrl }
}

/** The library's words, with the vendor's code and status: never a body, which may hold a key. */
export function whyUnreached(error: unknown): string {
  if (!BillingError.isInstance(error)) return 'Something failed on the way to the vendor.'
  const { status, vendorCode } = error.detail
  const told = [status, vendorCode].filter((each) => each !== undefined).join(' ')
  return told === '' ? error.message : `${error.message} (${told})`
}
