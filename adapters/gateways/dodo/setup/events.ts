import { READERS } from '../webhook.ts'

/** The events that an endpoint must have enabled: what the adapter takes facts from. */
export const EVENTS: readonly string[] = [...READERS.keys()]
