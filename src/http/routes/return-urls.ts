/** The URLs of a call, each checked against what the app allows. */
import type { ResolvedHttp } from '../settings.ts'
import { allowedReturnUrl } from '../return-url.ts'

interface Returning {
  readonly successUrl?: string | undefined
  readonly cancelUrl?: string | undefined
  readonly returnUrl?: string | undefined
}

/** The same arguments; throws `invalid_return_url` for a URL that is not allowed. */
export function withReturnUrls<Given extends Returning>(given: Given, http: ResolvedHttp): Given {
  for (const url of [given.successUrl, given.cancelUrl, given.returnUrl])
    if (url !== undefined) allowedReturnUrl(url, http.returnUrls)
  return given
}
