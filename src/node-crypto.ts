/**
 * Node's own cryptography, or `null` where there is none. It answers at once; the web's goes by a
 * thread of its own for every call, which for the few kilobytes of a webhook costs ten times as much.
 */
export const nodeCrypto = globalThis.process?.getBuiltinModule?.('node:crypto') ?? null
