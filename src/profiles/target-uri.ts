// RFC 9449 §4.3, step 9: "htu" against the address of the request, without query and fragment, after the normalizations of
// RFC 3986 §6.2.2 and §6.2.3.

/** The normalized form of an absolute `http:` or `https:` address, without query and fragment; `undefined` for what is none. */
export function normalizeTarget(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined
  const [target = ''] = address.split(/[?#]/, 1)
  // Parsers of browsers pass over white space and take "\" for "/": no URI has either.
  if (!/^https?:\/\/[!-[\]-~]+$/i.test(target) || !URL.canParse(target)) return undefined
  const url = new URL(target)
  if (url.username !== '' || url.password !== '') return undefined
  return url.origin + url.pathname.replace(/%[\dA-Fa-f]{2}/g, normalizeOctet)
}

/** RFC 3986 §6.2.2: what need not be escaped is not, and the rest is in one case. */
function normalizeOctet(escaped: string): string {
  const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
  return /[\w.~-]/.test(character) ? character : escaped.toLowerCase()
}
