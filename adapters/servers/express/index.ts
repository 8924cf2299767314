/**
 * billwright in Express 5.
 * @module billwright/express
 */
export { express, expressRequest } from './express.ts'
export {
  billingErrors,
  type Customers,
  type RequireOptions,
  requireFeature,
  requireSubscription,
} from './middleware.ts'
