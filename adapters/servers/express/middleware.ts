/** Middleware for the app's own routes: who may pass, and how the library's errors are answered. */
import type {
  ErrorRequestHandler,
  Request as ExpressRequest,
  Response as ExpressResponse,
  RequestHandler,
} from 'express'
import { answerError, BillingError, type Guarding, guard, guardSubscription } from 'billwright'
import { type Handling, sendResponse, toRequest } from 'billwright/node'
import { remember } from './express.ts'

/** Whose route it is, as the app decided; `undefined` for whom the caller acts for. */
export type Customers = (request: ExpressRequest) => string | undefined

export interface RequireOptions {
  /** For routes of an organization; `authorize` is asked. Default: whom the caller acts for. */
  readonly customer?: Customers
  /** How much more must be possible. Default 1. */
  readonly amount?: number
}

/** Lets through who has a live subscription; everybody else is answered with 401 or 402. */
export function requireSubscription(
  bill: Handling,
  { customer }: Pick<RequireOptions, 'customer'> = {},
): RequestHandler {
  return guarding(customer, (request, whose) => guardSubscription(bill, request, whose))
}

/** Lets through who may use the feature now: 401, 402, 403 or 429 otherwise. Counts nothing. */
export function requireFeature<FeatureId extends string>(
  bill: Guarding<FeatureId>,
  feature: FeatureId,
  { customer, amount = 1 }: RequireOptions = {},
): RequestHandler {
  return guarding(customer, (request, whose) => guard(bill, request, feature, { amount, ...whose }))
}

/** Answers the library's errors, such as a `limit_reached` of `bill.use`; mount it after the routes. */
export function billingErrors(bill: Handling): ErrorRequestHandler {
  return (error, incoming, outgoing, next) => {
    if (!BillingError.isInstance(error) || outgoing.headersSent) return next(error)
    answerError(bill, webRequest(incoming), error)
      .then((response) => sendResponse(response, incoming, outgoing))
      .catch(next)
  }
}

type Ask = (request: Request, whose: { readonly customer?: string }) => Promise<Response | null>

function guarding(customers: Customers | undefined, ask: Ask): RequestHandler {
  return (incoming, outgoing: ExpressResponse, next) => {
    const customer = customers?.(incoming)
    ask(webRequest(incoming), customer === undefined ? {} : { customer })
      .then((refusal) => (refusal ? sendResponse(refusal, incoming, outgoing) : next()))
      .catch(next)
  }
}

/** Without the body, which stays the app's. */
function webRequest(incoming: ExpressRequest): Request {
  return remember(toRequest(incoming, { url: incoming.originalUrl, body: null }), incoming)
}
