/** The shape of a reply: its names and types, without one value or id; and how two shapes differ. */

export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape }

/** What a value is made of. Members of a list are shown as the one shape that covers them. */
export function shapeOf(value: unknown): Shape {
  if (value === null) return 'null'
  if (Array.isArray(value)) {
    const [first, ...others] = value.map(shapeOf)
    return first === undefined ? [] : [others.reduce(covering, first)]
  }
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]))
}

function covering(one: Shape, other: Shape): Shape {
  if (isFields(one) && isFields(other)) {
    const shared = Object.entries(one).map(([name, shape]) => {
      const second = other[name]
      return [name, second === undefined ? shape : covering(shape, second)]
    })
    return { ...other, ...Object.fromEntries(shared) }
  }
  return one === 'null' ? other : one
}

/**
 * What one side has and the other has not, each as `path: what`. `null` and an empty list say nothing
 * of what may stand there, and differ from nothing.
 */
export function differences(real: Shape, emulated: Shape, path = ''): readonly string[] {
  if (real === 'null' || emulated === 'null') return []
  if (isList(real) && isList(emulated)) {
    const [one] = real
    const [other] = emulated
    return one === undefined || other === undefined ? [] : differences(one, other, `${path}[]`)
  }
  if (isFields(real) && isFields(emulated)) return differentFields(real, emulated, path)
  if (kindOf(real) === kindOf(emulated)) return []
  return [`${path || 'body'}: ${kindOf(real)} at the vendor, ${kindOf(emulated)} in the emulator`]
}

type Fields = { readonly [name: string]: Shape }

function differentFields(real: Fields, emulated: Fields, path: string): readonly string[] {
  const names = new Set([...Object.keys(real), ...Object.keys(emulated)])
  return [...names].sort().flatMap((name) => {
    const [one, other] = [real[name], emulated[name]]
    const at = path === '' ? name : `${path}.${name}`
    if (one === undefined) return [`${at}: only in the emulator`]
    if (other === undefined) return [`${at}: only at the vendor`]
    return differences(one, other, at)
  })
}

function isList(shape: Shape): shape is readonly Shape[] {
  return Array.isArray(shape)
}

function isFields(shape: Shape): shape is Fields {
  return typeof shape === 'object' && !isList(shape)
}

function kindOf(shape: Shape): string {
  if (isList(shape)) return 'list'
  return isFields(shape) ? 'object' : shape
}
