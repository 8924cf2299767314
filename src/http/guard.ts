/** For the app's own routes: who may pass, with the same identity rules and the same answers. */
import type { Bill } from '../bill.ts'
import { asking } from './question.ts'

/** What these helpers need of the object that `billing` made. */
export type Guarding<FeatureId extends string = string> = Pick<Bill, 'handle'> & {
  readonly catalog: { readonly featureIds: readonly FeatureId[] }
}

export interface GuardOptions {
  /** How much more must be possible. Default 1. */
  readonly amount?: number
  /** Whose, as the app decided; `authorize` is asked. Default: whom the caller acts for. */
  readonly customer?: string
}

/**
 * `null` when the caller may use the feature now, else the response that says why not: 401, 402, 403 or
 * 429. Counts nothing; `bill.use` does, exactly.
 */
export async function guard<FeatureId extends string>(
  bill: Guarding<FeatureId>,
  request: Request,
  feature: FeatureId,
  { amount = 1, customer }: GuardOptions = {},
): Promise<Response | null> {
  return refusalOnly(
    await bill.handle(
      request,
      asking({ ask: 'access', feature, amount, customer: customer ?? null }),
    ),
  )
}

/** `null` when the caller has a live subscription, else the response that says why not. */
export async function guardSubscription(
  bill: Pick<Bill, 'handle'>,
  request: Request,
  { customer }: Pick<GuardOptions, 'customer'> = {},
): Promise<Response | null> {
  const question = asking({ ask: 'access', feature: null, amount: 1, customer: customer ?? null })
  return refusalOnly(await bill.handle(request, question))
}

/** The response to an error that a verb threw in one of the app's own routes. */
export function answerError(
  bill: Pick<Bill, 'handle'>,
  request: Request,
  error: unknown,
): Promise<Response> {
  return bill.handle(request, asking({ ask: 'error', error }))
}

function refusalOnly(response: Response): Response | null {
  return response.ok ? null : response
}
