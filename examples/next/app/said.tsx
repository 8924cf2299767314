'use client'

import { type ReactNode, useEffect } from 'react'

interface Props {
  /** The page without what made it say so. */
  readonly back: string
  readonly children: ReactNode
}

/** Said once: the address forgets it, so that neither a reload nor the next change says it again. */
export function Said({ back, children }: Props) {
  useEffect(() => {
    // Next follows the history from an effect of its own, which runs after this one.
    const timer = setTimeout(() => window.history.replaceState(null, '', back))
    return () => clearTimeout(timer)
  }, [back])
  return (
    <p role="status" className="toast">
      {children}
    </p>
  )
}
