/** Fetch `Headers`, or the headers of Node's `IncomingMessage`. */
export type HeadersLike =
  | {
      /** The value of a header, or `null`. */
      get(name: string): string | null
    }
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** As much of an HTTP request as is read: of a Fetch `Request`, or of Node's `IncomingMessage`. */
export interface RequestLike {
  /** Its headers. */
  headers: HeadersLike
  /** Its method, for those who ask for proof of possession. */
  method?: string | undefined
  /** Its address, absolute or from the path on; as `method`. */
  url?: string | undefined
}

/** The values of a header, each by itself where the runtime keeps them apart. */
export function readHeaders(headers: HeadersLike, name: string): readonly string[] {
  if (typeof headers.get === 'function') {
    const value = (headers as { get(name: string): string | null }).get(name)
    return value === null || value === undefined ? [] : [value]
  }
  const fields = headers as Readonly<Record<string, string | readonly string[] | undefined>>
  const wanted = name.toLowerCase()
  const field = Object.hasOwn(fields, wanted) ? wanted : Object.keys(fields).find((key) => key.toLowerCase() === wanted)
  const value = field === undefined ? undefined : fields[field]
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value : []
}
