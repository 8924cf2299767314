/** JSON from outside: its depth and keys are counted before it is parsed. */
import { requestError } from './request-error.ts'

const DEEPEST = 64
const MOST_KEYS = 2_000

/**
 * The value of a body. No bytes are an empty object, so that a command without arguments needs no body.
 * Throws `invalid_json` and `too_complex`.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return {}
  const text = decode(bytes)
  measure(text)
  try {
    return JSON.parse(text, refuseProto)
  } catch {
    throw requestError('invalid_json')
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw requestError('invalid_json')
  }
}

/** Counts outside strings, without recursion: as much work as the text is long, however it is nested. */
function measure(text: string): void {
  let depth = 0
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === ':') keys++
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    if (depth > DEEPEST || keys > MOST_KEYS) throw requestError('too_complex')
  }
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at
}

// No field of ours has this name; where an object copies it, it would change the prototype.
function refuseProto(key: string, value: unknown): unknown {
  if (key === '__proto__') throw requestError('invalid_json')
  return value
}
