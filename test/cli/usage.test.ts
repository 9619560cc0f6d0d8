import { generateKeyPairSync } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { privateJwk } from '../keys.ts'
import { commandLine } from './process.ts'

const { run, write, directory } = commandLine()

const COMMANDS = ['keygen', 'jwks', 'sign', 'verify', 'inspect', 'thumbprint', 'completion']

describe('help', () => {
  test('lists the commands', async () => {
    const { status, stdout, stderr } = await run(['--help'])
    expect([status, stderr]).toEqual([0, ''])
    for (const name of COMMANDS) expect(stdout).toContain(`\n  ${name} `)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
  })

  for (const name of COMMANDS) {
    test(`${name} --help has its options and examples`, async () => {
      const { status, stdout } = await run([name, '--help'])
      expect(status).toBe(0)
      expect(stdout).toContain(`countersign ${name}`)
      expect(stdout).toContain('--json')
      expect(stdout).toContain('\nexamples\n')
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120)
    })
  }

  test('nothing at all is wrong use: 2', async () => {
    const { status, stdout, stderr } = await run([])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('keygen')
  })

  test("--version is the package's", async () => {
    expect((await run(['--version'])).stdout).toBe('1.2.3\n')
  })
})

describe('wrong use is told in one line: 2', () => {
  const CASES: readonly (readonly [args: readonly string[], message: string])[] = [
    [['sing'], '"sing" is not a command; there are keygen, jwks'],
    [['toString'], '"toString" is not a command'],
    [['verify', '--isuer', 'x'], '--isuer is not an option; there are --key'],
    [['verify', '--a', 'x'], '--a may mean --alg or --any-issuer or --audience or --any-audience'],
    [['sign', '--iss', 'x'], '--iss may mean --issuer or --issued-at'],
    [['verify', '--key'], "Option '--key <value>' argument missing"],
    [['verify', '--key', 'a', '--key', 'b'], '--key is there more than once'],
    [['verify', '--any-issuer=yes'], "Option '--any-issuer' does not take an argument"],
    [['verify', '-k', 'x'], "Unknown option '-k'"],
    [['sign', '{}'], '--key is missing'],
    [['jwks'], 'name the files of the keys'],
    [['thumbprint'], 'name one file'],
    [['thumbprint', 'a', 'b'], 'name one file'],
    [['keygen'], '--alg is missing'],
    [['keygen', '--alg', 'RS256', '--bits', 'many', '--print-private'], '--bits takes a number'],
    [['inspect', 'a', 'b'], 'there is more than one token'],
    [['completion', 'fish'], 'there is completion for bash'],
  ]
  for (const [args, message] of CASES) {
    test(args.join(' '), async () => {
      const { status, stdout, stderr } = await run(args)
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^countersign: [^\n]+\n$/)
      expect(stderr).toContain(message)
    })
  }

  test('a duration that is none', async () => {
    const key = write('key.json', privateJwk('HS256'))
    for (const time of ['soon', '5 m', '']) {
      const { status, stderr } = await run(['sign', '--key', key, `--expires-in=${time}`, '{}'])
      expect([status, stderr]).toEqual([
        2,
        'countersign: --expires-in takes seconds, or a duration such as 15m or 1h30m\n',
      ])
    }
  })
})

describe('a key in the place of a file is not shown again: 2', () => {
  const jwk = JSON.stringify(privateJwk('HS256'))
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  const policy = ['--any-issuer', '--any-audience', 'x.y.z']
  for (const [title, key] of [
    ['a JWK', jwk],
    ['a JWK behind white space', ` \n${jwk}`],
    ['PEM', pem],
    ['PEM in one line', pem.replaceAll('\n', '')],
    ['the lines between', pem.split('\n').slice(1, -2).join('\n')],
  ] as const) {
    for (const args of [
      ['verify', `--key=${key}`, ...policy],
      ['verify', '--key', key, ...policy],
      ['sign', `--key=${key}`, '{}'],
      ['jwks', key],
      ['thumbprint', key],
      ['thumbprint', '--', key],
      ['keygen', '--alg', 'HS256', `--out=${key}`],
      [key],
    ]) {
      test(`${title}: ${args.map((arg) => arg.replace(key, 'KEY')).join(' ')}`, async () => {
        const { status, stdout, stderr } = await run(args)
        expect([status, stdout]).toEqual([2, ''])
        expect(stderr).toMatch(
          /^countersign: (.+ takes the name of a file, and not the key itself|a key is given by the name of its file, and not itself|this is not a command; .+)\n$/,
        )
        for (const line of key.split('\n')) if (line.length > 5) expect(stderr).not.toContain(line.trim())
      })
    }
  }

  test('nor does it become the name of a file', () => {
    expect(readdirSync(directory).filter((name) => /[{\n]|-----/.test(name))).toEqual([])
  })
})

test('what was written is told without its controls', async () => {
  for (const args of [['a\u001b[2J\u202e'], ['thumbprint', 'a\u001b[2J\u202e']]) {
    const { status, stderr } = await run(args)
    expect(status).toBe(2)
    expect(stderr).toContain('a\\u001b[2J\\u202e')
  }
})

describe('long options', () => {
  test('may be cut short', async () => {
    const key = write('short.json', privateJwk('HS256'))
    const { stdout } = await run(['sign', '--ke', key, '--aud', 'me', '--expires=60', '{}'])
    expect((await run(['verify', '--ke', key, '--aud', 'me', '--any-i', stdout.trim()])).status).toBe(0)
  })

  test('end behind --', async () => {
    expect((await run(['inspect', '--', '--iss'])).stderr).toContain('ERR_JWS_INVALID')
  })

  test('are completed by bash', async () => {
    const { stdout } = await run(['completion', 'bash'])
    expect(stdout).toContain("keygen) words='--alg --kid --bits --out --force --print-private --json --help' ;;")
    expect(stdout).toContain('complete -o filenames -F _countersign countersign')
  })
})
