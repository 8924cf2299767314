/** Turning the pages of a list. */
import type { Page, PageQuery } from '../../storage.ts'

/** A list, read as the ids of its items. */
export type ReadPage = (page: PageQuery) => Promise<Page<string>>

/** Reads a list page by page; `meanwhile` happens after the first page. */
export async function turnPages(
  read: ReadPage,
  limit: number,
  meanwhile: () => Promise<unknown> = async () => {},
): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = []
  let after: string | null = null
  do {
    const page: Page<string> = await read(after === null ? { limit } : { limit, after })
    pages.push(page.items)
    if (after === null) await meanwhile()
    after = page.next
  } while (after !== null && pages.length < 100)
  return pages
}

/** A read that shows ids only. */
export function idsOf<Item>(
  read: (page: PageQuery) => Promise<Page<Item>>,
  id: (item: Item) => string,
): ReadPage {
  return async (query) => {
    const { items, next } = await read(query)
    return { items: items.map(id), next }
  }
}
