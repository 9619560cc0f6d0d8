import { type HeadersLike, readHeaders } from '../request.ts'

export interface TokenSource {
  readonly headerName: string
  /** `undefined`: cookies are not looked at. */
  readonly cookieName: string | undefined
  /** Whether the scheme may be `DPoP` (RFC 9449 §7.1), too. */
  readonly takesDpop?: boolean
}

/**
 * The token of a request: from the header, with or without `Bearer ` (in any case) before it; from the cookie only where
 * the header is absent or empty. So a malformed header is refused, and never passed over for the cookie.
 */
export function findToken(headers: HeadersLike, source: TokenSource): string | undefined {
  const [header] = readHeaders(headers, source.headerName)
  if (header) {
    const scheme = schemeOf(headers, source) === 'DPoP' ? DPOP : BEARER
    return hasPrefix(header, scheme) ? header.slice(scheme.length) : header
  }
  if (source.cookieName === undefined) return undefined
  return readCookie(readHeaders(headers, 'cookie')[0] ?? '', source.cookieName) || undefined
}

const BEARER = 'bearer '
const DPOP = 'dpop '

/** The scheme under which the token of a request came. */
export function schemeOf(headers: HeadersLike, { headerName, takesDpop }: TokenSource): 'Bearer' | 'DPoP' {
  return takesDpop && hasPrefix(readHeaders(headers, headerName)[0] ?? '', DPOP) ? 'DPoP' : 'Bearer'
}

function hasPrefix(header: string, scheme: string): boolean {
  return header.slice(0, scheme.length).toLowerCase() === scheme
}

/** RFC 6265 §4.2.1. */
function readCookie(cookies: string, name: string): string | undefined {
  for (const cookie of cookies.split(';')) {
    const equals = cookie.indexOf('=')
    if (equals === -1 || cookie.slice(0, equals).trim() !== name) continue
    return cookie
      .slice(equals + 1)
      .trim()
      .replace(/^"(.*)"$/s, '$1')
  }
  return undefined
}
