import { READERS } from '../hints.ts'

/** The events that an endpoint must have enabled: what the adapter takes hints and facts from. */
export const EVENTS: readonly string[] = [...READERS.keys()]
