import type { Storage } from '../../storage.ts'

/** Rules of the contract in plain words, each with what proves it on an empty storage. */
export type Cases = Readonly<Record<string, (storage: Storage) => Promise<void>>>
