/**
 * Reading what Stripe sends without trusting its shape: only own fields count, and what is absent or of
 * another kind is `null`. Fields moved between API versions, so a reader may try several places.
 */

export type Fields = Readonly<Record<string, unknown>>

type Path = readonly (string | number)[]

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value at a path, or `undefined`. */
export function dig(value: unknown, ...path: Path): unknown {
  let at = value
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = Reflect.get(at, name)
  }
  return at
}

export function textAt(value: unknown, ...path: Path): string | null {
  const found = dig(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}

/** A whole number. */
export function numberAt(value: unknown, ...path: Path): number | null {
  const found = dig(value, ...path)
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : null
}

/** The items of an array, or of a list object of Stripe. */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
  const found = dig(value, ...path)
  const items = isFields(found) ? found.data : found
  return Array.isArray(items) ? items : []
}

/** An id, whether the object behind it was expanded or not. */
export function idAt(value: unknown, ...path: Path): string | null {
  return textAt(value, ...path) ?? textAt(value, ...path, 'id')
}

/** An object that was expanded, or `null` where only its id is there. */
export function objectAt(value: unknown, ...path: Path): Fields | null {
  const found = dig(value, ...path)
  return isFields(found) ? found : null
}
