import type { Entitlements } from 'billwright/core'
import { formatDate } from 'billwright/core'

type Queries = Pick<ReturnType<Entitlements['get']>, 'used' | 'limit' | 'resetsAt'>

/** How much of the month's queries is used. */
export function UsageBar({ queries: { used, limit, resetsAt } }: { readonly queries: Queries }) {
  if (typeof limit !== 'number') return <p className="usage">Queries used: {used}, no limit</p>
  return (
    <div className="usage">
      <label htmlFor="usage">
        {used} of {limit} queries used
      </label>
      <meter id="usage" max={limit} low={limit * 0.8} high={limit - 0.5} optimum={0} value={used} />
      {resetsAt && <p className="hint">Starts again on {formatDate(resetsAt, 'en')}</p>}
    </div>
  )
}
