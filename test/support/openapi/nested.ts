/** Names with brackets, as forms and queries nest them: `items[0][price]=x`, `expand[]=a`. */

/** A parsed file. */
export type Json = Readonly<Record<string, unknown>>

/** Text, a list, or fields. */
export type Nested = string | readonly Nested[] | { readonly [name: string]: Nested }

export function isFields(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

interface Tree {
  [name: string]: Tree | string
}

/** The fields of a form or a query. Names that are all numbers make a list; so do repeated ones. */
export function parseNested(text: string): Readonly<Record<string, Nested>> {
  const root: Tree = {}
  for (const [name, value] of new URLSearchParams(text)) {
    const [first = '', ...rest] = name.split('[')
    place(root, [first, ...rest.map((part) => part.replace(/\]$/, ''))], value)
  }
  return Object.fromEntries(Object.entries(root).map(([name, tree]) => [name, lists(tree)]))
}

function place(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  const own = name === '' ? String(Object.keys(tree).length) : name
  const known = Object.hasOwn(tree, own) ? tree[own] : undefined
  if (rest.length > 0) {
    const below = typeof known === 'object' ? known : {}
    tree[own] = below
    place(below, rest, value)
  } else if (known === undefined) tree[own] = value
  else if (typeof known === 'string') tree[own] = { 0: known, 1: value }
  else place(known, [''], value)
}

function lists(tree: Tree | string): Nested {
  if (typeof tree === 'string') return tree
  const all = Object.entries(tree)
  if (all.length > 0 && all.every(([name], index) => name === String(index)))
    return all.map(([, value]) => lists(value))
  return Object.fromEntries(all.map(([name, value]) => [name, lists(value)]))
}
