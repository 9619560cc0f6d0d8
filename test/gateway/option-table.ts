import { describe, expect, test } from 'vitest'
import {
  type AuthValidatorConfig,
  type AuthValidatorOptions,
  createAuthValidator,
  createSharedKeys,
  type HeadersLike,
  JoseError,
  type SharedKeysConfig,
} from '../../src/gateway/index.ts'
import { bearer, jsonBytes, krakend, makeToken, NOW, summary, validatorConfig } from './fixtures.ts'
import { type KeyServer, startKeyServer } from './key-server.ts'

export type Members = Readonly<Record<string, unknown>>

/** `created`: the configuration is taken. A code without a status: it is not. */
export type Expected = 'accepted' | 'created' | { readonly status?: 401 | 403; readonly code: string }

/** What an option makes of a request. Each row cites the words of the specification that it proves. */
export interface Row {
  readonly option: string
  readonly phrase: string
  /** Beside `alg` HS256 and a key file; several, for several issuers. */
  readonly config?: Members | readonly Members[]
  readonly options?: Omit<AuthValidatorOptions, 'log' | 'now' | 'readFile'> | Members
  /** The configuration of a shared cache. */
  readonly shared?: Members
  readonly header?: Members
  readonly claims?: Members | string
  /** Instead of one made of `header` and `claims` with the playground's key "sim2". */
  readonly token?: string
  /** The request's headers. Default: the token in `authorization`. */
  readonly request?: (token: string) => HeadersLike
  readonly now?: number
  /** The content of the key file; text and other values as JSON. Default: the playground's. */
  readonly keys?: unknown
  /** What a key server answers; then `jwk_url` names it, and there is no file. */
  readonly server?: KeyServer['answer']
  readonly expect: Expected
  /** The headers that go on to the backend. Default: none. */
  readonly sets?: readonly (readonly [name: string, value: string])[]
  readonly removes?: readonly string[]
  /** What is logged. Default: nothing. */
  readonly logs?: readonly string[]
}

export function testRows(rows: readonly Row[]): void {
  const options = [...new Set(rows.map(({ option }) => option))]
  for (const option of options) {
    const own = rows.filter((row) => row.option === option)
    describe(option, () => {
      test('has a row that accepts and one that refuses', () => {
        const outcomes = own.map((row) => typeof row.expect)
        expect(new Set(outcomes)).toEqual(new Set(['string', 'object']))
      })

      for (const [index, row] of own.entries()) {
        test(`${index + 1}. ${row.phrase}: ${typeof row.expect === 'string' ? row.expect : row.expect.code}`, () =>
          run(row))
      }
    })
  }
}

async function run(row: Row): Promise<void> {
  const logs: string[] = []
  const server = row.server === undefined ? undefined : await startKeyServer(row.server)
  try {
    const creation = create(row, server, (level, message) => logs.push(`${level}: ${message}`))
    if (typeof row.expect === 'object' && row.expect.status === undefined) {
      expect(await creation.then(() => 'created', codeOf)).toBe(row.expect.code)
      const isNamed = row.expect.code === 'TypeError' && Object.hasOwn(row.options ?? {}, row.option)
      if (isNamed) await expect(creation).rejects.toThrow(`"${row.option}"`)
    } else {
      const validator = await creation
      if (row.expect !== 'created') {
        const token = row.token ?? makeToken({ header: row.header ?? {}, claims: row.claims ?? {} })
        const verdict = await validator.validate(row.request ? { headers: row.request(token) } : bearer(token))
        const { claim: _, ...outcome } = summary(verdict)
        expect(outcome).toEqual(row.expect === 'accepted' ? { status: 200 } : row.expect)
        if (verdict.ok) expect(verdict.setHeaders).toEqual(row.sets ?? [])
        if (verdict.ok) expect(verdict.removeHeaders).toEqual(row.removes ?? [])
      }
    }
    expect(logs).toEqual(row.logs ?? [])
  } finally {
    await server?.stop()
  }
}

async function create(row: Row, server: KeyServer | undefined, log: NonNullable<AuthValidatorOptions['log']>) {
  const location = server ? { jwk_local_path: undefined, jwk_url: server.url, disable_jwk_security: true } : {}
  const complete = (block: Members) => validatorConfig({ ...location, ...block })
  const config = Array.isArray(row.config) ? row.config.map(complete) : complete((row.config as Members) ?? {})
  const readFile = async () => jsonBytes(row.keys ?? krakend.jwks.symmetric)
  const sharedKeys = row.shared && createSharedKeys(row.shared as unknown as SharedKeysConfig)
  return createAuthValidator(config as AuthValidatorConfig, {
    ...{ readFile, now: () => row.now ?? NOW, log },
    ...(sharedKeys && { sharedKeys }),
    ...(row.options as AuthValidatorOptions),
  })
}

function codeOf(error: unknown): string {
  return error instanceof JoseError ? error.code : (error as Error).name
}
