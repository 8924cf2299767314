/** What is wrong with a request itself, before any rule of billing is asked. */

/** Every code of kind `request` with its status and the one sentence the caller reads. */
export const REQUEST_ERRORS = {
  bad_request: [400, 'The request is not valid.'],
  body_incomplete: [400, 'The body ended early.'],
  body_timeout: [408, 'The body took too long to arrive.'],
  body_too_large: [413, 'The body is too large.'],
  forbidden: [403, 'You may not do this for that customer.'],
  idempotency_mismatch: [409, 'The idempotency key was used for something else.'],
  invalid_cursor: [400, 'Ask for the first page, or for the `next` of a page.'],
  invalid_id: [400, 'An id holds characters that ids cannot have.'],
  invalid_idempotency_key: [400, 'Idempotency-Key must be 1 to 200 visible ASCII characters.'],
  invalid_json: [400, 'The body is not valid JSON.'],
  invalid_request: [400, 'The request is not valid; see issues.'],
  invalid_return_url: [400, 'The URL is none that customers may be returned to.'],
  invalid_signature: [401, 'The webhook signature is not valid.'],
  method_not_allowed: [405, 'The method is not allowed here; see the Allow header.'],
  not_countable: [400, 'The feature is not counted.'],
  not_found: [404, 'There is nothing here.'],
  origin_refused: [403, 'Pages of this origin may not call.'],
  rate_limited: [429, 'Too many checkouts were opened; try again later.'],
  raw_body_unavailable: [
    500,
    'The body was parsed or read before billing saw it: mount billing before express.json(), or keep the raw bytes with express.json({ verify: (req, res, raw) => { req.rawBody = raw } }).',
  ],
  too_complex: [400, 'The body is nested too deeply or has too many keys.'],
  unauthorized: [401, 'Sign in first.'],
  unknown_gateway: [404, 'There is no such gateway.'],
  unsupported_media_type: [415, 'Send application/json without Content-Encoding.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>
