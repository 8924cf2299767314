/** What changed since an instant: the sandbox keeps the events that its webhooks carried. */
import type { ListPage, ListQuery, PerformContext } from 'billwright'
import { listOf, type Read } from './read.ts'
import { readEventFields } from './read-event.ts'
import { aboutOf, translate } from './translate.ts'

export function list(gateway: string, read: Read) {
  return async ({ since, cursor }: ListQuery, context: PerformContext): Promise<ListPage> => {
    const after = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page = listOf(await read(`/v1/events?since=${since}${after}`, context))
    const items = page.data.flatMap((each) => {
      const event = readEventFields(each)
      if (event === null) return []
      const { type, data } = event
      const events = translate(gateway, type, data)
      return events.length === 0 ? [] : [{ events, about: aboutOf(data) }]
    })
    return { items, cursor: page.cursor }
  }
}
