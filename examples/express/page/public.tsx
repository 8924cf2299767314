import { useEffect, useState } from 'react'
import { get } from './api.ts'
import { useApp } from './use-app.tsx'

interface PublicListing {
  readonly id: string
  readonly name: string
  readonly owner: string
}

/** What visitors see: the listings of owners who have access. `seen` changes when it may have changed. */
export function Public({ seen }: { readonly seen: unknown }) {
  const { me } = useApp()
  const [listings, setListings] = useState<readonly PublicListing[] | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads again when something happened
  useEffect(() => {
    get<{ listings: readonly PublicListing[] }>('/api/public').then((answer) => {
      if (answer.ok) setListings(answer.body.listings)
    })
  }, [seen])
  return (
    <>
      <h1 tabIndex={-1}>On the corner</h1>
      <p className="lead">Every business whose owner has a plan in good standing.</p>
      {listings?.length === 0 && <p className="card empty">No businesses are listed right now.</p>}
      <ul className="cards three">
        {listings?.map(({ id, name, owner }) => (
          <li key={`${owner}/${id}`} className="card">
            <h2>{name}</h2>
            <p className="muted">{me?.owners.find((each) => each.id === owner)?.name ?? owner}</p>
          </li>
        ))}
      </ul>
    </>
  )
}
