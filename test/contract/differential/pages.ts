import type { Page, PageQuery } from 'billwright'

/** All items of a list and how they were split over pages; cursors are the storage's own business. */
export async function allPages<Item>(
  read: (page: PageQuery) => Promise<Page<Item>>,
  limit: number,
): Promise<readonly (readonly Item[])[]> {
  const pages: (readonly Item[])[] = []
  let after: string | null | undefined
  while (after !== null) {
    const page: Page<Item> = await read(after === undefined ? { limit } : { limit, after })
    pages.push(page.items)
    after = page.next
  }
  return pages
}
