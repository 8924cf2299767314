/** Lists, newest first, a page at a time. */
import type { Shown } from './show.ts'
import { integer, type Params, text, within } from './params.ts'
import { listOf } from './show-billing.ts'
import { invalid, missing } from './vendor-error.ts'

interface Listed {
  readonly id: string
  readonly created: number
}

/** The page that was asked for, of objects in the order in which they were made. */
export function pageOf<Kept extends Listed>(
  params: Params,
  kept: Iterable<Kept>,
  { url, show }: { readonly url: string; readonly show: (each: Kept) => unknown },
): Shown {
  const limit = integer(params, 'limit') ?? 10
  if (limit < 1 || limit > 100) throw invalid('limit', 'parameter_invalid_integer')
  const after = text(params, 'starting_after')
  const created = within(params, 'created', 'gt gte lt lte')
  const [gte, gt] = [integer(created, 'gte'), integer(created, 'gt')]
  const newest = [...kept].reverse()
  const start = after === null ? 0 : newest.findIndex(({ id }) => id === after) + 1
  if (after !== null && start === 0) throw missing('object', after, 'starting_after')
  const wanted = newest
    .slice(start)
    .filter((each) => (gte === null || each.created >= gte) && (gt === null || each.created > gt))
  return listOf(wanted.slice(0, limit).map(show), url, wanted.length > limit)
}

export const PAGING = 'limit starting_after ending_before created'
