/**
 * billwright in Next's App Router.
 * @module billwright/next
 */
export { type NextOptions, type NextRoutes, next } from './next.ts'
