/** Fetch `Headers`, or the headers of Node's `IncomingMessage`. */
export type HeadersLike =
  | {
      /** The value of a header, or `null`. */
      get(name: string): string | null
    }
  | Readonly<Record<string, string | readonly string[] | undefined>>

export interface TokenSource {
  readonly headerName: string
  /** `undefined`: cookies are not looked at. */
  readonly cookieName: string | undefined
}

/**
 * The token of a request: from the header, with or without `Bearer ` (in any case) before it; from the cookie only where
 * the header is absent or empty. So a malformed header is refused, and never passed over for the cookie.
 */
export function findToken(headers: HeadersLike, { headerName, cookieName }: TokenSource): string | undefined {
  const header = readHeader(headers, headerName)
  if (header) return header.slice(0, BEARER.length).toLowerCase() === BEARER ? header.slice(BEARER.length) : header
  if (cookieName === undefined) return undefined
  return readCookie(readHeader(headers, 'cookie') ?? '', cookieName) || undefined
}

const BEARER = 'bearer '

/** The first value of a header. */
function readHeader(headers: HeadersLike, name: string): string | undefined {
  if (typeof headers.get === 'function') return (headers as Headers).get(name) ?? undefined
  const fields = headers as Readonly<Record<string, string | readonly string[] | undefined>>
  const wanted = name.toLowerCase()
  const field = Object.hasOwn(fields, wanted) ? wanted : Object.keys(fields).find((key) => key.toLowerCase() === wanted)
  const value = field === undefined ? undefined : fields[field]
  return typeof value === 'string' ? value : value?.[0]
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
