import type { Alg } from 'countersign'
import { ALGORITHMS } from './keys.ts'

type Direction = 'signs' | 'verifies'

/** How often a peer and we have agreed, by peer, direction and algorithm. */
export class Table {
  readonly #agreements = new Map<string, number>()

  add(peer: string, direction: Direction, alg: Alg): void {
    const cell = `${peer} ${direction} ${alg}`
    this.#agreements.set(cell, (this.#agreements.get(cell) ?? 0) + 1)
  }

  /** Each figure is a count of agreements: the peer's forms of the key, times our three ways. */
  toString(peers: readonly string[]): string {
    const columns = peers.flatMap((peer) => [`${peer} signs`, `${peer} verifies`])
    const rows = ALGORITHMS.map((alg) => [
      alg,
      ...columns.map((column) => String(this.#agreements.get(`${column} ${alg}`) ?? '–')),
    ])
    const lines = [['', ...columns], ...rows]
    const widths = lines[0]?.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0))) ?? []
    return lines.map((line) => line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')).join('\n')
  }
}
