/** A webhook as a server without web objects has it, and the reply that it sends. */

/** Bytes that are still to come. A reader of a web stream is one. */
export interface BodyReader {
  /** The next bytes, until there are no more; rejects when the sender hangs up. */
  read(): Promise<
    | { readonly done: false; readonly value: Uint8Array }
    | { readonly done: true; readonly value?: Uint8Array | undefined }
  >
  /** Nothing more is wanted; the connection stays for the reply. */
  cancel(): Promise<void>
}

export interface WebhookCall {
  readonly method: string
  /** Path and query, as they came. */
  readonly target: string
  /** By lower-case name; what is repeated is joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** All bytes exactly as they came, or how to read them. Called at most once, for a webhook. */
  readonly body: () => Promise<Uint8Array | BodyReader>
}

export interface PlainReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}
