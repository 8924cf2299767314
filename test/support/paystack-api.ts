/** The real `paystack-api` package. It has no types; this is what is used of it. */

import type { EndpointClient } from '../../adapters/gateways/paystack/testing.ts'
import { createRequire } from 'node:module'

type PaystackApi = (secretKey: string) => EndpointClient & {
  readonly plan: { list(): Promise<unknown> }
}

export const paystackApi: PaystackApi = createRequire(import.meta.url)('paystack-api')
