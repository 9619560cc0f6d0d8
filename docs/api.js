// The public API of each entry point as a flat list of declarations, `api/*.md`: written by `npm run api`, compared with
// what is there by `npm run api -- --check`. So a change of the API is seen in its diff, and nobody changes it unawares.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const root = fileURLToPath(new URL('..', import.meta.url))

const ENTRY_POINTS = [
  { name: 'countersign', types: 'dist/index.d.ts', file: 'countersign.md' },
  { name: 'countersign/sync', types: 'dist/sync.d.ts', file: 'sync.md' },
  { name: 'countersign/jws', types: 'dist/jws/index.d.ts', file: 'jws.md' },
  { name: 'countersign/profiles', types: 'dist/profiles/index.d.ts', file: 'profiles.md' },
  { name: 'countersign/gateway', types: 'dist/gateway/index.d.ts', file: 'gateway.md' },
  { name: 'countersign/keys', types: 'dist/keys/index.d.ts', file: 'keys.md' },
]

const REPORT = 'report.api.md'

/** The names that an entry point exports for types alone: there is no such value to import. */
function typeOnlyNames(types) {
  const text = readFileSync(join(root, types), 'utf8')
  const lists = [...text.matchAll(/^export (type )?\{([^}]*)\}/gm)]
  return lists.flatMap(([, type, list]) => {
    const names = list.split(',').map((name) => name.trim())
    return names.filter((name) => type || name.startsWith('type ')).map((name) => name.replace(/^type |^\w+ as /g, ''))
  })
}

/** API Extractor prints a class as exported, though it may be so as a type alone. */
function withTypesAsTypes(declarations, types) {
  const names = typeOnlyNames(types)
  return declarations.replace(/^export ((?:abstract )?class (\w+))/gm, (exported, declaration, name) =>
    names.includes(name) ? `export type { ${name} };\n\n${declaration}` : exported,
  )
}

/** The report of API Extractor, of which the declarations are kept, and its comments and warnings are not. */
function declarationsOf({ types }, directory) {
  const silent = { default: { logLevel: 'none' } }
  const configObject = {
    projectFolder: root,
    mainEntryPointFilePath: join(root, types),
    compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
    // What is not exported is listed too where an exported declaration names it.
    apiReport: {
      enabled: true,
      includeForgottenExports: true,
      reportFileName: REPORT,
      reportFolder: directory,
      reportTempFolder: join(directory, 'temp'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    newlineKind: 'lf',
    messages: { extractorMessageReporting: silent, tsdocMessageReporting: silent },
  }
  const config = ExtractorConfig.prepare({ configObject, packageJsonFullPath: join(root, 'package.json') })
  mkdirSync(join(directory, 'temp'), { recursive: true })
  const { succeeded } = Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = !['error', 'warning'].includes(message.logLevel) || message.messageId.startsWith('console-')
    },
  })
  if (!succeeded) throw new Error(`the declarations of ${types} cannot be read`)
  const [, report] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(directory, 'temp', REPORT), 'utf8'))
  return withTypesAsTypes(report, types)
    .split('\n')
    .filter((line) => !/^\s*\/\//.test(line))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const check = process.argv.includes('--check')
const scratch = mkdtempSync(join(tmpdir(), 'countersign-api-'))
try {
  const target = check ? join(scratch, 'api') : join(root, 'api')
  mkdirSync(target, { recursive: true })
  for (const entry of ENTRY_POINTS) {
    const text = `# ${entry.name}\n\nWritten by \`npm run api\`.\n\n\`\`\`ts\n${declarationsOf(entry, join(scratch, 'reports'))}\n\`\`\`\n`
    writeFileSync(join(target, entry.file), text)
  }
  if (check) {
    execFileSync('git', ['diff', '--no-index', join(root, 'api'), target], { stdio: ['ignore', 'inherit', 'inherit'] })
  }
} catch (error) {
  // git has said it already: with status 1 there are differences.
  if (error.status !== 1) throw error
  console.error('\nThe public API has changed. If that is meant: npm run api, and commit api/.')
  process.exitCode = 1
} finally {
  rmSync(scratch, { recursive: true })
}
