/**
 * A copy that shares nothing with the original. Through JSON text, as every database keeps it: what
 * is no JSON does not come back.
 */
export function copy<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value))
}
