const SECONDS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

/** In time that is linear in the text: no digit can belong to two of its parts. */
const DURATION = /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/u

/** A duration as Go's `time.ParseDuration` reads it (`10s`, `1m30s`, `100ms`), in seconds; `undefined` if it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  let seconds = 0
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµμ]+)/gu)) {
    seconds += Number(amount) * (SECONDS[unit as string] as number)
  }
  // Go counts nanoseconds in 64 bits.
  if (!(seconds < 2 ** 63 / 1e9)) return undefined
  return text.startsWith('-') ? -seconds : seconds
}
