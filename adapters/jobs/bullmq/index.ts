/**
 * billwright's work as jobs of BullMQ.
 * @module billwright/bullmq
 */
export { type BullmqOptions, bullmq } from './bullmq.ts'
