'use client'

import { useSyncExternalStore } from 'react'

/**
 * Whether the scripts of the page have come. It is drawn before them, and whoever clicks then is not
 * heard: a button that needs them is disabled until this is true.
 */
export function useListening(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}

const never = () => () => {}
