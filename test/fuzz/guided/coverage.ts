import { readFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector'

/** Which blocks of the library have run, as V8 counts them in the bundle that is running. */
export class Coverage {
  readonly #session = new Session()
  readonly #url: string
  /** Where the bundle holds files of `src`, by the first and the last of their characters. */
  readonly #library: readonly (readonly [from: number, to: number])[]

  constructor(url: string) {
    this.#url = url
    this.#library = librarySpans(readFileSync(new URL(url), 'utf8'))
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** The blocks that have run since this was last asked. */
  take(): string[] {
    let blocks: string[] = []
    // With a session of this very thread the answer comes at once.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error
      const script = answer.result.find(({ url }) => url === this.#url)
      blocks = (script?.functions ?? []).flatMap((each) => this.#blocksOf(each))
    })
    return blocks
  }

  #blocksOf({ ranges }: Profiler.FunctionCoverage): string[] {
    const start = ranges[0]?.startOffset ?? 0
    if (!this.#library.some(([from, to]) => from <= start && start < to)) return []
    return ranges.filter(({ count }) => count > 0).map(({ startOffset, endOffset }) => `${startOffset}-${endOffset}`)
  }
}

/** esbuild writes the name of each file before what it takes from it. */
function librarySpans(bundle: string): [number, number][] {
  const marks = [...bundle.matchAll(/^\/\/ (\S+\.[a-z]+)$/gm)]
  return marks.flatMap(({ index, 1: file = '' }, place) => {
    const isLibrary = /(?:^|\/)src\//.test(file) && !file.includes('node_modules')
    return isLibrary ? [[index, marks[place + 1]?.index ?? bundle.length]] : []
  })
}
