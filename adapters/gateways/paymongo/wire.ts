/** PayMongo's objects, as far as they are relied on. Amounts are centavos, times epoch seconds. */

export type Fields = Readonly<Record<string, unknown>>

/** One object of the usual envelope: `{ id, type, attributes }`. */
export interface WireResource {
  readonly id: string
  readonly type: string
  readonly attributes: Fields
}

export interface WirePayment {
  readonly id: string
  readonly amount: number
  readonly currency: string
  readonly status: string
  /** Paid, failed or made; seconds. */
  readonly at: number
  readonly source: Fields
  /** What it carries of ours. */
  readonly reference: unknown
  readonly failedCode: string | null
  readonly disputed: boolean
  readonly refunds: readonly WireRefund[]
  readonly live: boolean | null
}

export interface WireRefund {
  readonly id: string
  readonly payment: string
  readonly amount: number
  readonly status: string
  readonly createdAt: number
  readonly metadata: Fields
}

export interface WireSession {
  readonly id: string
  readonly url: string
  readonly reference: unknown
  readonly status: string
  readonly payments: readonly WirePayment[]
}

export interface WireDispute {
  readonly payment: string
  readonly status: string
}
