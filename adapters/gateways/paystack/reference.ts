/**
 * Our references in Paystack's alphabet: letters, digits, `-`, `.` and `=`. The reference is the
 * idempotency key and the payment's id in one, and tells by itself what is paid.
 */

export type Purpose = 'checkout' | 'charge' | 'link' | 'method'

export interface Reference {
  readonly purpose: Purpose
  /** Our checkout's reference, or our invoice's id; of a card page the effect's key. */
  readonly id: string
  /** The attempt on an invoice; 1 for everything else. */
  readonly attempt: number
  /** Rises where a page was made and its address was lost on the way. */
  readonly page: number
}

const LETTERS: Readonly<Record<Purpose, string>> = {
  checkout: 'c',
  charge: 'i',
  link: 'l',
  method: 'm',
}

/** `bw-c-<id>-<attempt>-<page>`: two different things never share one. */
export function writeReference(prefix: string, reference: Reference): string {
  const { purpose, id, attempt, page } = reference
  return [prefix, LETTERS[purpose], escapeId(id), attempt, page].join('-')
}

/** `null` for a reference that is none of ours. */
export function readReference(prefix: string, text: string): Reference | null {
  const [start, letter, id, attempt, page, ...rest] = text.split('-')
  const purpose = PURPOSES.find((each) => LETTERS[each] === letter)
  if (start !== prefix || purpose === undefined || rest.length > 0) return null
  if (!/^[1-9]\d{0,5}$/.test(attempt ?? '') || !/^[1-9]\d{0,3}$/.test(page ?? '')) return null
  const plain = unescapeId(id ?? '')
  return plain === null
    ? null
    : { purpose, id: plain, attempt: Number(attempt), page: Number(page) }
}

/** What Paystack appends to the address of return, as ours. */
export function returnedIn(prefix: string, text: string): string | null {
  return readReference(prefix, text)?.id ?? null
}

const PURPOSES: readonly Purpose[] = ['checkout', 'charge', 'link', 'method']

function escapeId(id: string): string {
  const encoded = Array.from(new TextEncoder().encode(id), (byte) => {
    const character = String.fromCharCode(byte)
    if (/[A-Za-z0-9.]/.test(character)) return character
    return `=${byte.toString(16).padStart(2, '0').toUpperCase()}`
  })
  return encoded.join('')
}

function unescapeId(text: string): string | null {
  if (!/^(?:[A-Za-z0-9.]|=[0-9A-F]{2})+$/.test(text)) return null
  try {
    return decodeURIComponent(text.replaceAll('=', '%'))
  } catch {
    return null
  }
}
