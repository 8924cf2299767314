/** Request bodies: JSON, and forms with the nested names that vendors use. */

/** A list of `[`-names such as `items[0][price]` deeper than this is refused. */
const DEPTH = 8

interface Tree {
  [name: string]: Tree | string
}

/**
 * The fields of a body. Forms nest by brackets: `items[0][price]=x` is
 * `{ items: { 0: { price: 'x' } } }`. Anything that is no object of fields gives none.
 */
export function parseBody(contentType: string, text: string): Readonly<Record<string, unknown>> {
  if (contentType.includes('application/x-www-form-urlencoded')) return parseForm(text)
  if (!contentType.includes('json')) return {}
  try {
    const value: unknown = JSON.parse(text)
    return isFields(value) ? value : {}
  } catch {
    return {}
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseForm(text: string): Readonly<Record<string, unknown>> {
  const root: Tree = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.split('[').map((part) => part.replace(/\]$/, ''))
    if (path.length <= DEPTH) place(root, path, value)
  }
  return root
}

function place(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree[name] = value
    return
  }
  const known = tree[name]
  const below: Tree = typeof known === 'object' ? known : Object.create(null)
  tree[name] = below
  place(below, rest, value)
}
