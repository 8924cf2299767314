/**
 * What app authors test their billing with: a clock moved by hand, one customer's world, sentences.
 * @module billwright/testing
 */
export { type TestClock, testClock } from './clock.ts'
export { type Given, type GivenOptions, given, type Then } from './given.ts'
export {
  type Asked,
  card,
  type Outcome,
  type PayOptions,
  type World,
  type WorldOptions,
  world,
} from './world.ts'
