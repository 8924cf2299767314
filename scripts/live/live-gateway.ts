/** What the live check knows of a gateway: where it is, which keys it takes, and what to ask it. */

/** What a call may use: the environment, a name for this run, and the replies so far. */
export interface Asked {
  readonly env: Readonly<Record<string, string | undefined>>
  /** New every run, for what has to be unique. */
  readonly run: string
  /** A text from the reply of an earlier call, by its path: `text('checkout', 'data.id')`. */
  text(call: string, path: string): string
}

export interface LiveCall {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: (asked: Asked) => string
  readonly body?: (asked: Asked) => Readonly<Record<string, unknown>>
}

/** Something that answers like the vendor. */
export interface Side {
  readonly url: string
  readonly key: string
  readonly fetch: typeof fetch
}

export interface LiveGateway {
  readonly name: string
  /** Where the vendor answers test keys. */
  readonly url: string
  /** What must be in the environment; the first is the secret key. */
  readonly variables: readonly [string, ...string[]]
  /** Whether a key can move no real money. */
  readonly isTestKey: (key: string) => boolean
  readonly headers: (key: string) => Readonly<Record<string, string>>
  readonly encoding: 'form' | 'json'
  readonly calls: readonly LiveCall[]
  /** An emulator with what the calls need. */
  readonly emulate: (env: Asked['env']) => Side & { readonly close: () => Promise<void> }
}
