/** What the HTTP handler is given, and the one place that applies every default and checks it. */
import type { AuthorizeQuestion, HttpOptions, Identity } from '../options.ts'
import type { Log, Ports } from '../ports.ts'
import { BillingError } from '../errors.ts'

export interface HttpSettings {
  /** Who is asking; required, a handler without it is a `config` error. */
  readonly identify?: ((request: Request) => Promise<Identity | null> | Identity | null) | undefined
  /** Whether somebody may act for a customer that is not themselves. Default: nobody may. */
  readonly authorize?: ((question: AuthorizeQuestion) => Promise<boolean> | boolean) | undefined
  readonly http?: HttpOptions | undefined
  /** Whether pages may count usage themselves. Default false: usage is the app server's own. */
  readonly usageWrites?: boolean | undefined
  readonly log: Log
  readonly newId: () => string
  readonly sleep: Ports['sleep']
}

/** The settings with every default applied: what the handler works with. */
export interface ResolvedHttp {
  readonly identify: NonNullable<HttpSettings['identify']>
  readonly authorize: NonNullable<HttpSettings['authorize']>
  readonly basePath: string
  readonly origins: ReadonlySet<string>
  readonly requireOrigin: boolean
  readonly returnUrls: readonly URL[]
  readonly pricingUrl: string
  readonly bodyLimit: number
  readonly webhookBodyLimit: number
  readonly bodyTimeoutMs: number
  readonly usageWrites: boolean
  readonly log: Log
  readonly newId: () => string
  readonly sleep: Ports['sleep']
}

/** Applies the defaults; throws a `config` error that names the option. */
export function resolveHttp(settings: HttpSettings): ResolvedHttp {
  const { identify, authorize = () => false, http = {}, usageWrites = false } = settings
  if (typeof identify !== 'function')
    throw wrong('identify', 'is missing: say who is asking, or null when nobody is signed in')
  if (typeof authorize !== 'function') throw wrong('authorize', 'must be a function')
  const origins = (http.origins ?? []).map(originOf)
  return {
    identify,
    authorize,
    basePath: basePathOf(http.basePath ?? ''),
    origins: new Set(origins),
    requireOrigin: http.requireOrigin ?? true,
    returnUrls: (http.returnUrls ?? origins).map(returnUrlOf),
    pricingUrl: pricingUrlOf(http.pricingUrl ?? '/pricing'),
    bodyLimit: positive('http.bodyLimit', http.bodyLimit ?? 32_768),
    webhookBodyLimit: positive('http.webhookBodyLimit', http.webhookBodyLimit ?? 262_144),
    bodyTimeoutMs: positive('http.bodyTimeoutMs', http.bodyTimeoutMs ?? 10_000),
    usageWrites,
    log: settings.log,
    newId: settings.newId,
    sleep: settings.sleep,
  }
}

/** A mount path in its one form: empty, or with a leading and without a trailing slash. */
export function basePathOf(path: string): string {
  const trimmed = path.replace(/\/$/, '')
  if (trimmed !== '' && !/^(\/[^/?#\s]+)+$/.test(trimmed))
    throw wrong('http.basePath', `must be a path such as /api/billing, not ${JSON.stringify(path)}`)
  return trimmed
}

function originOf(origin: string): string {
  if (webUrl(origin)?.origin !== origin)
    throw wrong(
      'http.origins',
      `holds ${JSON.stringify(origin)}, which is no origin such as https://app.example`,
    )
  return origin
}

function returnUrlOf(prefix: string): URL {
  const url = webUrl(prefix)
  const exact = url !== null && (url.origin === prefix || url.href === prefix)
  if (!exact || url.search || url.hash || url.username || !url.pathname.endsWith('/'))
    throw wrong(
      'http.returnUrls',
      `holds ${JSON.stringify(prefix)}; use an origin, or a prefix that ends in a slash`,
    )
  return url
}

function pricingUrlOf(target: string): string {
  if (/^\/(?![/\\])/.test(target) || webUrl(target)) return target
  throw wrong('http.pricingUrl', 'must be a path such as /pricing, or an https:// URL')
}

function webUrl(text: string): URL | null {
  // A parser takes `*` for a host name; whoever writes it means something that does not exist here.
  if (!/^https?:\/\/[^*]+$/.test(text) || !URL.canParse(text)) return null
  return new URL(text)
}

function positive(option: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw wrong(option, 'must be a positive integer')
}

function wrong(option: string, what: string): BillingError {
  return new BillingError('config', 'invalid_options', `${option} ${what}.`, { option })
}
