/** Where a customer may be sent back to: only to what the app configured. */
import { requestError } from './request-error.ts'

const LONGEST = 2_048

/**
 * The URL itself when it is allowed, else `invalid_return_url`. It must be written exactly as a URL
 * parser writes it, so that no two programs can read it differently, and lie on an allowed origin or
 * below an allowed prefix.
 */
export function allowedReturnUrl(text: string, allowed: readonly URL[]): string {
  const url = text.length <= LONGEST && URL.canParse(text) ? new URL(text) : null
  const canonical = url !== null && (url.href === text || url.origin === text)
  if (canonical && isPlain(url) && allowed.some((prefix) => isBelow(url, prefix))) return text
  throw requestError('invalid_return_url')
}

/** No credentials, and no path that a careless server could read as another one. */
function isPlain({ protocol, username, password, pathname }: URL): boolean {
  const web = protocol === 'https:' || protocol === 'http:'
  return web && !username && !password && !/\/\/|\\|%2f|%5c|%2e|%00/i.test(pathname)
}

function isBelow(url: URL, prefix: URL): boolean {
  return url.origin === prefix.origin && url.pathname.startsWith(prefix.pathname)
}
