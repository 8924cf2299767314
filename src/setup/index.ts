/**
 * For what looks at a gateway's set-up: the contract, and what its two sides share.
 * @module billwright/setup
 */

export type * from '../gateway-setup.ts'
export { clockFinding, ok, problem, warning } from './findings.ts'
export { goodsOf, wordsOf } from './goods.ts'
