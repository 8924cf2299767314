/** What a key may see: only objects of its own mode. */
import type { Call } from 'billwright/testing'
import type { Customer, Page, Vendor } from './vendor.ts'
import { readText, vendorError } from './read-body.ts'

/** Whether a call was made with a live key. */
export type IsLive = (call: Call) => boolean

/** An object by its id; refused as `not_found` where the key's mode has none. */
export function owned<Kept extends { readonly live: boolean }>(
  table: ReadonlyMap<string, Kept>,
  id: string,
  live: boolean,
): Kept {
  const found = table.get(id)
  if (!found || found.live !== live) throw vendorError(404, 'not_found')
  return found
}

/** The customer that a body names. */
export function customerOf(vendor: Vendor, { body }: Call, live: boolean): Customer {
  return owned(vendor.customers, readText(body, 'customer'), live)
}

/** Checkouts and links with our reference, oldest first. */
export function pagesFor(vendor: Vendor, reference: string, live: boolean): readonly Page[] {
  return [...vendor.pages.values()].filter(
    (page) =>
      page.reference === reference &&
      page.live === live &&
      (page.kind === 'checkout' || page.kind === 'link'),
  )
}
