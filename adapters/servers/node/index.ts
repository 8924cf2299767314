/**
 * billwright on a plain `node:http` server.
 * @module billwright/node
 */
export { type Handling, incomingOf, type NodeOptions, node } from './node.ts'
export { sendReply, sendResponse } from './send-response.ts'
export { type ToRequestOptions, toRequest } from './to-request.ts'
export { type WebhookOfOptions, webhookOf } from './webhook-of.ts'
