import { describe, expect, test } from 'vitest'
import { forge } from '../forge.ts'
import { privateJwk, publicJwk } from '../keys.ts'
import { commandLine } from './process.ts'

const { run, json, write } = commandLine()

const secret = { ...privateJwk('HS256'), kid: 'main' }
const KEY = write('secret.json', secret)
const PRIVATE = write('private.json', { ...privateJwk('ES256'), kid: 'es' })
const PUBLIC = write('public.json', { keys: [{ ...publicJwk('ES256'), kid: 'es' }] })
const POLICY = ['--issuer', 'https://id.example', '--audience', 'api', '--now', '1000']
const CLAIMS = { iss: 'https://id.example', aud: 'api', sub: 'alice', exp: 1300 }
const GOOD = forge({ alg: 'HS256', kid: 'main' }, CLAIMS, secret)

describe('verify', () => {
  test('a good token is valid: 0', async () => {
    const { status, stdout, stderr } = await run(['verify', '--key', KEY, ...POLICY, GOOD])
    expect(stdout).toBe(
      [
        'valid: signed by HS256, key "main"',
        'judged at 1970-01-01T00:16:40Z',
        'header',
        '  alg  "HS256"',
        '  kid  "main"',
        'claims',
        '  iss  "https://id.example"',
        '  aud  "api"',
        '  sub  "alice"',
        '  exp  1300  1970-01-01T00:21:40Z, in 5 minutes',
        '',
      ].join('\n'),
    )
    expect([status, stderr]).toEqual([0, ''])
  })

  test('--now is a time, and no duration: 2', async () => {
    const policy = ['--key', KEY, '--any-issuer', '--any-audience']
    for (const now of ['15m', '1h30m', 'now', '', '-5', '1e3', '2026-11-22', '9'.repeat(400)]) {
      const { status, stdout, stderr } = await run(['verify', ...policy, `--now=${now}`, GOOD])
      expect([now, status, stdout]).toEqual([now, 2, ''])
      expect(stderr).toBe('countersign: --now takes seconds since the epoch\n')
    }
  })

  test('the date of the judgement is told where it is not that of the clock', async () => {
    const judgedAt = async (token: string, ...options: string[]): Promise<string | undefined> => {
      const { status, stdout } = await run([
        'verify',
        '--key',
        KEY,
        '--any-issuer',
        '--any-audience',
        ...options,
        token,
      ])
      expect(status).toBe(0)
      return /^judged at (.*)$/m.exec(stdout)?.[1]
    }
    const late = forge({ alg: 'HS256' }, { ...CLAIMS, exp: 99_999_999_999 }, secret)
    expect(await judgedAt(late, '--now', '1795327653')).toBe('2026-11-22T06:07:33Z')
    expect(await judgedAt(late, '--now', '1795327653.25')).toBe('2026-11-22T06:07:33.250Z')
    expect(await judgedAt(late)).toBe(undefined)
    const endless = forge({ alg: 'HS256' }, { iat: 1000 }, secret)
    for (const digits of [14, 30, 308])
      expect(await judgedAt(endless, '--without-exp', '--now', '9'.repeat(digits))).toBe('a time beyond the calendar')
  })

  test('a distance from beyond the calendar is not put into words', async () => {
    const endless = forge({ alg: 'HS256' }, { iat: 1000, updated_at: 1e300 }, secret)
    const policy = ['--any-issuer', '--any-audience', '--without-exp', '--now', '9'.repeat(300)]
    const { stdout } = await run(['verify', '--key', KEY, ...policy, endless])
    expect(stdout).toContain('  iat         1000  1970-01-01T00:16:40Z\n')
    expect(stdout).toContain('  updated_at  1e+300  beyond the calendar\n')
  })

  test('the id of a key is printed as JSON', async () => {
    const kid = 'a\u001b[2J"\u009b\u202e\n'
    const key = write('controls.json', { ...secret, kid })
    const { status, stdout } = await run([
      'verify',
      '--key',
      key,
      ...POLICY,
      forge({ alg: 'HS256', kid }, CLAIMS, secret),
    ])
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toBe('valid: signed by HS256, key "a\\u001b[2J\\"\\u009b\\u202e\\n"')
  })

  test('as JSON', async () => {
    expect(await json(['verify', '--key', KEY, ...POLICY, GOOD])).toEqual({
      valid: true,
      header: { alg: 'HS256', kid: 'main' },
      claims: CLAIMS,
      key: { alg: 'HS256', kid: 'main' },
    })
  })

  test('out of the standard input, with the end of its line', async () => {
    expect((await run(['verify', '--key', KEY, ...POLICY], `${GOOD}\n`)).status).toBe(0)
    expect((await run(['verify', '--key', KEY, ...POLICY, '-'], `${GOOD}\r\n`)).status).toBe(0)
    expect((await run(['verify', '--key', KEY, ...POLICY], ` ${GOOD}`)).status).toBe(1)
  })

  const REFUSED: readonly (readonly [title: string, token: string, code: string, claim?: string])[] = [
    ['expired', forge({ alg: 'HS256' }, { ...CLAIMS, exp: 1000 }, secret), 'ERR_JWT_EXPIRED', 'exp'],
    ['tampered', `${GOOD.slice(0, -2)}AA`, 'ERR_JWS_SIGNATURE'],
    ['another issuer', forge({ alg: 'HS256' }, { ...CLAIMS, iss: 'other' }, secret), 'ERR_JWT_CLAIM', 'iss'],
    ['another algorithm', forge({ alg: 'none' }, CLAIMS, secret, 'HS256'), 'ERR_ALG_UNSUPPORTED'],
    ['no token', 'hello', 'ERR_JWS_INVALID'],
  ]
  for (const [title, token, code, claim] of REFUSED) {
    test(`${title} is refused: 1`, async () => {
      const { status, stdout, stderr } = await run(['verify', '--key', KEY, ...POLICY, token])
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toMatch(new RegExp(`^refused: ${code}: [^\\n]+\\n$`))
      expect(stderr).not.toContain(token)
      expect(await json(['verify', '--key', KEY, ...POLICY, token])).toMatchObject({
        valid: false,
        code,
        ...(claim !== undefined && { claim }),
      })
    })
  }

  test('what is not checked has to be said: 2', async () => {
    for (const [given, missing] of [
      [['--audience', 'api'], '--issuer is missing; --any-issuer leaves it unchecked'],
      [['--issuer', 'x'], '--audience is missing; --any-audience leaves it unchecked'],
      [['--issuer', 'x', '--any-issuer', '--any-audience'], '--issuer and --any-issuer contradict each other'],
    ] as const) {
      const { status, stderr } = await run(['verify', '--key', KEY, ...given, GOOD])
      expect([status, stderr]).toEqual([2, `countersign: ${missing}\n`])
    }
    const { status } = await run(['verify', '--key', KEY, '--any-issuer', '--any-audience', '--now', '0', GOOD])
    expect(status).toBe(0)
  })

  test('each option reaches the policy', async () => {
    const code = async (claims: object, ...options: string[]): Promise<unknown> => {
      const token = forge({ alg: 'HS256', typ: 'at+jwt' }, { ...CLAIMS, ...claims }, secret)
      const answer = await json(['verify', '--key', KEY, ...POLICY, ...options, token])
      return (answer as { code?: string; claim?: string }).claim ?? (answer as { code?: string }).code ?? 'valid'
    }
    expect(await code({}, '--subject', 'bob')).toBe('sub')
    expect(await code({}, '--typ', 'JWT')).toBe('typ')
    expect(await code({}, '--typ', 'at+jwt')).toBe('valid')
    expect(await code({}, '--required', 'jti')).toBe('jti')
    expect(await code({ exp: undefined })).toBe('exp')
    expect(await code({ exp: undefined }, '--without-exp')).toBe('valid')
    expect(await code({ exp: 990 }, '--clock-tolerance', '11')).toBe('valid')
    expect(await code({ iat: 100 }, '--max-age', '15m')).toBe('valid')
    expect(await code({ iat: 99 }, '--max-age', '15m')).toBe('iat')
    expect(await code({}, '--audience', 'other', '--issuer', 'other')).toBe('valid')
  })

  test('a key that cannot judge is a mistake of the caller: 2', async () => {
    const weak = write('weak.json', { kty: 'oct', alg: 'HS256', k: 'AAAA' })
    for (const key of [weak, 'absent.json', write('no-key.txt', 'hello'), write('broken.json', '{"kty":"oct",')]) {
      const { status, stdout, stderr } = await run(['verify', '--key', key, ...POLICY, GOOD])
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
      expect(stderr).toContain(key)
    }
  })

  test('keys come from one place', async () => {
    expect((await run(['verify', ...POLICY, GOOD])).status).toBe(2)
    expect((await run(['verify', '--key', KEY, '--jwks-url', 'https://x.example', ...POLICY, GOOD])).status).toBe(2)
  })

  test('a key server is asked over https:, by options that there are: 2', async () => {
    for (const [url, message] of [
      ['http://x.example/jwks.json', 'begins with https:'],
      ['jwks.json', 'begins with https:'],
      ['https://user:password@x.example', 'no address with a user or a password'],
    ] as const) {
      const { status, stderr } = await run(['verify', '--jwks-url', url, ...POLICY, GOOD])
      expect(status).toBe(2)
      expect(stderr).toMatch(/^countersign: --jwks-url takes [^\n]+\n$/)
      expect(stderr).toContain(message)
      expect(stderr).not.toMatch(/allowInsecure|headers|password@/)
    }
  })

  test('the standard input cannot have the key and the token: 2', async () => {
    const key = JSON.stringify(secret)
    const missing = 'countersign: the token is missing: the standard input has the key\n'
    for (const args of [[], ['-']]) {
      const { status, stderr } = await run(['verify', '--key', '-', ...POLICY, ...args], key)
      expect([status, stderr]).toEqual([2, missing])
    }
    expect((await run(['verify', '--key', '-', ...POLICY, GOOD], key)).status).toBe(0)
    const { status, stderr } = await run(['sign', '--key', '-', '--issuer', 'i'], key)
    expect([status, stderr]).toEqual([2, "countersign: the claims' text is missing: the standard input has the key\n"])
  })
})

describe('sign', () => {
  test('what it signs, verify takes', async () => {
    const options = ['--issuer', 'https://id.example', '--audience', 'api', '--expires-in', '5m', '--issued-at']
    const { status, stdout } = await run(['sign', '--key', PRIVATE, ...options, '--jwt-id', '{"sub":"alice"}'])
    expect(status).toBe(0)
    const policy = ['--issuer', 'https://id.example', '--audience', 'api', '--max-age', '10']
    const answer = (await json(['verify', '--key', PUBLIC, ...policy, stdout.trim()])) as {
      claims: { [name: string]: number }
    }
    expect(answer).toMatchObject({
      valid: true,
      claims: { sub: 'alice', aud: 'api' },
      header: { alg: 'ES256', kid: 'es' },
    })
    expect(Number(answer.claims.exp) - Number(answer.claims.iat)).toBe(300)
    expect(answer.claims.jti).toMatch(/^[\da-f-]{36}$/)
  })

  test('claims out of the standard input', async () => {
    const { stdout } = await run(['sign', '--key', KEY, '--typ', 'at+jwt'], JSON.stringify(CLAIMS))
    expect(await json(['inspect', stdout.trim()])).toEqual({
      verified: false,
      header: { alg: 'HS256', kid: 'main', typ: 'at+jwt' },
      payload: CLAIMS,
    })
  })

  test('claims that no verifier would take are refused: 1', async () => {
    for (const claims of ['{"exp":"soon"}', '{"a":1,"a":2}', '[]', '{']) {
      const { status, stdout, stderr } = await run(['sign', '--key', KEY, claims])
      expect([claims, status, stdout]).toEqual([claims, 1, ''])
      expect(stderr).toMatch(/^refused: ERR_[^\n]+\n$/)
    }
  })

  test('claims that are no JSON are said to be none: 1', async () => {
    const { stderr } = await run(['sign', '--key', KEY, '--issuer', 'i'], '')
    expect(stderr).toBe("refused: ERR_JWT_INVALID: the claims' text is not JSON\n")
  })

  test('a public key cannot sign: 2', async () => {
    const { status, stderr } = await run(['sign', '--key', PUBLIC, '{}'])
    expect([status, stderr]).toEqual([2, 'countersign: public.json: ERR_KEY_USE: a public key cannot sign\n'])
  })
})

describe('inspect', () => {
  test('shows what a token says, marked unverified', async () => {
    const token = forge({ alg: 'HS256' }, { sub: 'alice', exp: 1735689600 }, secret)
    const { status, stdout } = await run(['inspect', token])
    expect(status).toBe(0)
    expect(stdout).toMatch(/^UNVERIFIED: anyone may have written this\nheader\n {2}alg {2}"HS256"\npayload\n/)
    expect(stdout).toMatch(/ {2}exp {2}1735689600 {2}2025-01-01T00:00:00Z, \d+ \w+ ago\n/)
  })

  test('nothing in a token reaches the terminal as a control', async () => {
    const token = forge(
      { alg: 'HS256', '\u009b2J': 1 },
      { sub: 'a\u001b[2J\u009b2J\u202e\u2066\u2028', '\u202ename': 1 },
      secret,
    )
    for (const { stdout } of [await run(['inspect', token]), await run(['inspect', '--json', token])]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
      expect(stdout).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/)
      expect(stdout).toContain('\\u202ename')
    }
  })

  test('a payload that is no JSON, or no text', async () => {
    const signed = (payload: Uint8Array | string): string => forge({ alg: 'HS256' }, payload, secret)
    expect(await json(['inspect', signed('hello')])).toMatchObject({ payload: 'hello' })
    expect(await json(['inspect', signed(Uint8Array.of(255, 0))])).toMatchObject({ payload: '_wA' })
  })

  test('a payload that JSON.parse reads and JSON.stringify cannot write', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const payload = `${open.repeat(50_000)}1${close.repeat(50_000)}`
      const token = forge({ alg: 'HS256' }, payload, secret)
      expect(await json(['inspect'], token)).toMatchObject({ payload })
      expect((await run(['inspect'], token)).stdout).toContain(`payload\n  ${JSON.stringify(payload)}\n`)
    }
  })

  test('a payload of many members, and of long names', async () => {
    const members = Array.from({ length: 150_000 }, (_, index) => [`m${index}`, 0] as const)
    const long = 'x'.repeat(4000)
    const token = forge({ alg: 'HS256' }, Object.fromEntries([...members, [long, 1]]), secret)
    const { status, stdout, stderr } = await run(['inspect'], token)
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`\n  m149999${' '.repeat(33)}  0\n  ${long}  1\n`)
  })

  test('what is no token is refused: 1', async () => {
    expect(await run(['inspect', 'hello'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'refused: ERR_JWS_INVALID: the token does not have three segments\n',
    })
  })
})
