import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findExamples } from '../../package/examples/find.js'
import { type Pair, SOURCES } from './table.ts'

const DIRECTORY = fileURLToPath(new URL('../../../docs/moving/', import.meta.url))

export const NAMES: readonly string[] = readdirSync(DIRECTORY)
  .filter((file) => file.startsWith('from-'))
  .map((file) => file.replace('.md', ''))

export interface Guide {
  readonly text: string
  /** The code below each heading. */
  readonly pairs: ReadonlyMap<string, Pair>
}

export function readGuide(name: string): Guide {
  const text = readFileSync(`${DIRECTORY}${name}.md`, 'utf8')
  const code = text.replaceAll(/^```json\n([\s\S]*?)^```$/gm, '```ts\nconst config = $1```')
  const pairs = new Map<string, Pair>()
  const found = findExamples(code, [])
  for (const [title, old] of found) {
    if (title.endsWith(' 2')) continue
    pairs.set(title.replace('README: ', ''), { old, ours: found.get(`${title} 2`) ?? '' })
  }
  if (found.size !== 2 * pairs.size)
    throw new Error(`${name}: under a heading stand two snippets, the old and the new one`)
  return { text, pairs }
}

/** The rows of the table under "Errors": the token, the peer's name of the error, our code. */
export function readErrors({ text }: Guide): string[][] {
  const [, section = ''] = text.split('\n## Errors\n')
  const rows = section.split('\n## ')[0]?.match(/^\|.*\|$/gm) ?? []
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
}

/** A snippet as a module whose `result` is that of the expression. */
export function moduleOf(code: string, expression: string): string {
  const uses = (name: string) => new RegExp(`\\b${name.replace('type ', '')}\\b`)
  const imported = code.match(/^import .*$/gm)?.join('\n') ?? ''
  const withoutTexts = code.replaceAll(/'[^']*'|`[^`]*`/g, '')
  const lines = Object.entries(SOURCES).flatMap(([source, names]) => {
    const missing = names.filter((name) => uses(name).test(withoutTexts + expression) && !uses(name).test(imported))
    return missing.length === 0 ? [] : [`import { ${missing.join(', ')} } from '${source}'`]
  })
  return `${lines.join('\n')}\n${code}\nexport const result: unknown = ${expression}\n`
}
