import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'

/** The chapters of the book in their order: a file imports only what stands before it. */
const FLOOR_PLAN = [
  'errors.ts',
  'options.ts',
  'runtime.ts',
  'buffer.ts',
  'base64url.ts',
  'jwa.ts',
  'json.ts',
  'ec.ts',
  'rsa.ts',
  'backend/backend.ts',
  'backend/der.ts',
  'backend/hmac.ts',
  'backend/thread.ts',
  'backend/node.ts',
  'backend/web.ts',
  'backend/choice.ts',
  'key.ts',
  'jwk.ts',
  'header.ts',
  'jws.ts',
  'claims.ts',
  'jwt.ts',
  'token-cache.ts',
  'signer.ts',
  'verifier.ts',
  'jwks/local.ts',
  'jwks/refresh.ts',
  'jwks/fetch.ts',
  'jwks/remote.ts',
  'sync.ts',
  'jws/payload.ts',
  'jws/unencoded.ts',
  'jws/detached.ts',
  'jws/serialization.ts',
  'jws/signature.ts',
  'jws/flattened.ts',
  'jws/general.ts',
  'jws/index.ts',
  'request.ts',
  'profiles/claim-error.ts',
  'profiles/digest.ts',
  'profiles/access-token.ts',
  'profiles/id-token.ts',
  'profiles/confirmation.ts',
  'profiles/replay-store.ts',
  'profiles/target-uri.ts',
  'profiles/dpop.ts',
  'profiles/possession.ts',
  'profiles/index.ts',
  'gateway/duration.ts',
  'gateway/option-reader.ts',
  'gateway/tls-config.ts',
  'gateway/claim.ts',
  'gateway/config.ts',
  'gateway/host.ts',
  'gateway/secret-file.ts',
  'gateway/tls-client.ts',
  'gateway/key-source.ts',
  'gateway/shared-keys.ts',
  'gateway/lexemes.ts',
  'gateway/go-json.ts',
  'gateway/propagation.ts',
  'gateway/token-source.ts',
  'gateway/decision.ts',
  'gateway/denylist.ts',
  'gateway/validator.ts',
  'gateway/refusal.ts',
  'gateway/signer.ts',
  'gateway/index.ts',
  'keys/der.ts',
  'keys/pem.ts',
  'keys/forms.ts',
  'keys/public-jwk.ts',
  'keys/generate.ts',
  'keys/crypto-key.ts',
  'keys/platform.ts',
  'keys/external.ts',
  'keys/thumbprints.ts',
  'keys/index.ts',
  'index.ts',
  'cli/command.ts',
  'cli/arguments.ts',
  'cli/pem-file.ts',
  'cli/input.ts',
  'cli/output.ts',
  'cli/keygen.ts',
  'cli/jwks.ts',
  'cli/sign.ts',
  'cli/verify.ts',
  'cli/inspect.ts',
  'cli/thumbprint.ts',
  'cli/help.ts',
  'cli/completion.ts',
  'cli/main.ts',
]

/** The command line is Node's alone, and no bundler sees it: it may import what Node brings. */
const isNodeOnly = (file: string): boolean => file.startsWith('cli/')

const SOURCE = new URL('../src/', import.meta.url)

interface Import {
  readonly specifier: string
  /** Whether nothing of it is left when the types are gone. */
  readonly erased: boolean
}

/** The code without its comments, which may well speak of imports. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}

function importsOf(text: string): Import[] {
  const code = codeOf(text)
  const statements = [...code.matchAll(/^(?:import|export)\b(\s+type\b)?([^'"`()=;]*?\bfrom)?\s*'([^']+)'/gm)]
  const expressions = [...code.matchAll(/(\btypeof\s+)?\bimport\(\s*['"`]([^'"`]+)['"`]\s*\)/g)]
  return [
    ...statements.map(([, type, , specifier]) => ({ specifier: specifier as string, erased: type !== undefined })),
    ...expressions.map(([, type, specifier]) => ({ specifier: specifier as string, erased: type !== undefined })),
  ]
}

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.\w+$/.test(path))

const texts = new Map(files.map((file) => [file, readFileSync(new URL(file, SOURCE), 'utf8')]))
const imports = new Map([...texts].map(([file, text]) => [file, importsOf(text)]))

/** The file that a relative import means, as it stands in the plan. */
function target(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier)
}

describe('floor plan', () => {
  test('every file of src has its place, and every place its file', () => {
    expect([...files].sort()).toEqual([...FLOOR_PLAN].sort())
    expect(new Set(FLOOR_PLAN).size).toBe(FLOOR_PLAN.length)
  })

  for (const [file, list] of imports) {
    test(`${file} imports only what stands before it`, () => {
      for (const { specifier } of list.filter((each) => each.specifier.startsWith('.'))) {
        const imported = FLOOR_PLAN.indexOf(target(file, specifier))
        expect(imported, `${specifier} is in the plan`).not.toBe(-1)
        expect(imported, `${specifier} before ${file}`).toBeLessThan(FLOOR_PLAN.indexOf(file))
      }
    })

    test(`${file} imports nothing else but ${isNodeOnly(file) ? 'of Node' : 'types of Node'}`, () => {
      for (const { specifier, erased } of list.filter((each) => !each.specifier.startsWith('.'))) {
        expect(specifier).toMatch(/^node:/)
        expect(erased || isNodeOnly(file), `${specifier} erases`).toBe(true)
      }
      expect(codeOf(texts.get(file) as string)).not.toMatch(/\brequire\s*\(|\bimport\s*\(\s*[^'"`\s]/)
    })
  }

  test('there is no cycle', () => {
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]): void => {
      expect(path, `${[...path, file].join(' > ')}`).not.toContain(file)
      if (done.has(file)) return
      for (const { specifier } of imports.get(file) ?? []) {
        if (specifier.startsWith('.')) visit(target(file, specifier), [...path, file])
      }
      done.add(file)
    }
    for (const file of files) visit(file, [])
    expect(done.size).toBe(files.length)
  })

  test('only runtime.ts asks the process for its built-in modules', () => {
    const asking = [...texts].filter(([, text]) => text.includes('getBuiltinModule')).map(([file]) => file)
    expect(asking).toEqual(['runtime.ts'])
  })

  test('the entry points re-export, and do nothing else', () => {
    for (const file of ['index.ts', 'jws/index.ts', 'profiles/index.ts', 'gateway/index.ts', 'keys/index.ts']) {
      const rest = codeOf(texts.get(file) as string).replace(/^export (type )?\{[^}]*\} from '[^']+'$/gm, '')
      expect(rest.trim()).toBe('')
    }
  })
})

describe('the reader of imports', () => {
  test('sees every form of an import', () => {
    const text = [
      "import { a, type B } from './a.ts'",
      "import type { C } from './c.ts'",
      "import d from './d.ts'",
      "import * as e from './e.ts'",
      "import './f.ts'",
      "import {\n  g,\n  type H,\n} from './g.ts'",
      "export { i } from './i.ts'",
      "export type { J } from './j.ts'",
      "export * from './k.ts'",
      "export const l = await import('./l.ts')",
      "const m: typeof import('node:m') = 1",
      "// import { n } from './n.ts'",
      "/* import { o } from './o.ts' */",
      "export const p = 'from'",
    ].join('\n')
    expect(importsOf(text)).toEqual([
      ...['a', 'c', 'd', 'e', 'f', 'g', 'i', 'j', 'k'].map((name) => ({
        specifier: `./${name}.ts`,
        erased: name === 'c' || name === 'j',
      })),
      { specifier: './l.ts', erased: false },
      { specifier: 'node:m', erased: true },
    ])
  })

  test('sees every import of src', () => {
    for (const [file, text] of texts) {
      const froms = codeOf(text).match(/\bfrom '|\bimport\(|^import '/gm) ?? []
      expect(imports.get(file), file).toHaveLength(froms.length)
    }
  })
})
