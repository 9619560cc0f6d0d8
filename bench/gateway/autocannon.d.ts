/** The part of autocannon that is used here; the package brings no types. */
declare module 'autocannon' {
  interface Options {
    url: string
    connections: number
    pipelining: number
    /** Seconds, as `timeout` is. */
    duration: number
    timeout: number
    maxOverallRequests: number
    /** Milliseconds after which it looks whether the time is over. */
    sampleInt: number
    setupClient: (client: Client) => void
  }

  export interface Client {
    setRequests(requests: readonly { headers: Record<string, string> }[]): void
  }

  interface Result {
    errors: number
    timeouts: number
    non2xx: number
    '2xx': number
  }

  interface Run extends Promise<Result> {
    on(event: 'response', listener: (client: Client, status: number, bytes: number, milliseconds: number) => void): void
  }

  export default function autocannon(options: Options): Run
}
