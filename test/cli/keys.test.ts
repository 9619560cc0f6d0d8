import { execFileSync } from 'node:child_process'
import { createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ALGS, privateJwk, publicJwk } from '../keys.ts'
import { commandLine } from './process.ts'

const { run, json, write, directory } = commandLine()

const read = (name: string) => JSON.parse(readFileSync(join(directory, name), 'utf8'))

describe('keygen', () => {
  for (const alg of ['HS256', 'RS256', 'ES384', 'EdDSA']) {
    test(`${alg}: the key goes into a file, what is public is printed`, async () => {
      const file = `${alg}.json`
      const { status, stdout, stderr } = await run(['keygen', '--alg', alg, '--out', file])
      expect([status, stderr]).toEqual([0, `the key is in ${file}\n`])
      const key = read(file)
      expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600)
      expect(JSON.parse(stdout)).toMatchObject({ alg, kid: key.kid })
      for (const name of ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi']) {
        if (typeof key[name] === 'string') expect(stdout).not.toContain(key[name])
      }
      const token = (await run(['sign', '--key', file, '{"sub":"alice"}'])).stdout.trim()
      const policy = ['--any-issuer', '--any-audience', '--without-exp']
      expect((await run(['verify', '--key', file, ...policy, token])).status).toBe(0)
    })
  }

  test('the id of a key is its thumbprint, unless it is given', async () => {
    const jwk = (await json(['keygen', '--alg', 'ES256', '--print-private'])) as { kid: string; d: string }
    expect(jwk.d).toHaveLength(43)
    expect((await run(['thumbprint', write('made.json', jwk)])).stdout).toBe(`${jwk.kid}  "${jwk.kid}"\n`)
    expect(await json(['keygen', '--alg', 'HS256', '--kid', 'main', '--print-private'])).toMatchObject({ kid: 'main' })
  })

  test('no private part is printed unless asked for: 2', async () => {
    const { status, stdout, stderr } = await run(['keygen', '--alg', 'ES256'])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toBe('countersign: the key goes into a file with --out FILE, or is printed with --print-private\n')
  })

  test('a file is not replaced unless asked for: 2', async () => {
    write('there.json', 'mine')
    const again = ['keygen', '--alg', 'HS256', '--out', 'there.json']
    expect((await run(again)).stderr).toBe('countersign: there.json is there already: --force replaces it\n')
    expect(readFileSync(join(directory, 'there.json'), 'utf8')).toBe('mine')
    expect((await run([...again, '--force'])).status).toBe(0)
    expect(read('there.json').kty).toBe('oct')
  })

  describe('--force', () => {
    const replace = (name: string) => run(['keygen', '--alg', 'HS256', '--out', name, '--force'])

    test('leaves nothing of the modes that a file had', async () => {
      chmodSync(join(directory, write('open.json', 'old')), 0o644)
      const reader = openSync(join(directory, 'open.json'), 'r')
      expect((await replace('open.json')).status).toBe(0)
      expect(read('open.json').kty).toBe('oct')
      expect(statSync(join(directory, 'open.json')).mode & 0o777).toBe(0o600)
      expect(readFileSync(reader, 'utf8'), 'who had the file open').toBe('old')
      closeSync(reader)
    })

    test('is for files that are not there too', async () => {
      expect((await replace('new.json')).status).toBe(0)
      expect(statSync(join(directory, 'new.json')).mode & 0o777).toBe(0o600)
    })

    test('replaces what a link leads to', async () => {
      write('behind.json', 'old')
      symlinkSync('behind.json', join(directory, 'link.json'))
      expect((await replace('link.json')).status).toBe(0)
      expect(lstatSync(join(directory, 'link.json')).isSymbolicLink()).toBe(true)
      expect(read('behind.json').kty).toBe('oct')
    })

    test('leaves pipes and devices where they are', async () => {
      const pipe = join(directory, 'pipe')
      execFileSync('mkfifo', [pipe])
      const reader = openSync(pipe, 'r+')
      expect((await replace('pipe')).status).toBe(0)
      expect(lstatSync(pipe).isFIFO()).toBe(true)
      const octets = Buffer.alloc(4096)
      expect(JSON.parse(octets.toString('utf8', 0, readSync(reader, octets))).kty).toBe('oct')
      closeSync(reader)
    })

    test('leaves no file behind when it fails: 2', async () => {
      mkdirSync(join(directory, 'empty'))
      // The folder takes the new file, and no file of so long a name.
      const { status, stderr } = await replace(`empty/${'x'.repeat(300)}`)
      expect([status, stderr]).toEqual([2, `countersign: empty/${'x'.repeat(300)}: ENAMETOOLONG\n`])
      expect(readdirSync(join(directory, 'empty'))).toEqual([])
    })
  })

  test('an algorithm that is none: 2', async () => {
    for (const alg of ['none', 'HS1', 'toString']) {
      const { status, stderr } = await run(['keygen', '--alg', alg, '--print-private'])
      expect([alg, status]).toEqual([alg, 2])
      expect(stderr).toMatch(/^countersign: --alg: [^\n]+\n$/)
    }
  })
})

describe('jwks', () => {
  test('is the public set of private keys', async () => {
    const algs = ['RS256', 'ES256', 'EdDSA'] as const
    const files = algs.map((alg) => write(`${alg}.private.json`, { ...privateJwk(alg), alg, kid: alg }))
    const { status, stdout } = await run(['jwks', ...files])
    expect(status).toBe(0)
    expect(JSON.parse(stdout).keys).toEqual(
      algs.map((alg) => expect.objectContaining({ ...publicJwk(alg), alg, kid: alg })),
    )
    for (const alg of algs) expect(stdout).not.toContain(privateJwk(alg).d)
    expect(await json(['jwks', ...files])).toEqual(JSON.parse(stdout))
  })

  test('a secret has no public part: 1', async () => {
    const { status, stdout, stderr } = await run(['jwks', write('secret.json', privateJwk('HS256'))])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^refused: ERR_[A-Z_]+: [^\n]+\n$/)
    expect(stderr).not.toContain(privateJwk('HS256').k)
  })

  test('a key that no verifier takes is refused, whatever is beside it: 2', async () => {
    const good = write('good.json', privateJwk('ES256'))
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const short = write('short.json', { ...privateKey.export({ format: 'jwk' }), alg: 'RS256' })
    const encrypts = write('encrypts.json', { ...privateJwk('ES384'), use: 'enc' })
    for (const [file, code] of [
      [short, 'ERR_JWK_WEAK'],
      [encrypts, 'ERR_KEY_USE'],
    ] as const) {
      const { status, stdout, stderr } = await run(['jwks', good, file])
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(new RegExp(`^countersign: ${file}: ${code}: [^\\n]+\\n$`))
    }
  })

  test('--alg is for the keys that need it', async () => {
    const rsa = createPrivateKey({ key: privateJwk('RS256') as JsonWebKey, format: 'jwk' })
    const files = [
      write('no-alg.pem', rsa.export({ type: 'pkcs8', format: 'pem' }) as string),
      write('ps.json', { ...privateJwk('PS256'), alg: 'PS256', kid: 'ps' }),
      write('ec.json', { ...privateJwk('ES256'), alg: undefined }),
    ]
    const { keys } = (await json(['jwks', '--alg', 'RS512', ...files])) as { keys: { alg?: string }[] }
    expect(keys.map(({ alg }) => alg)).toEqual(['RS512', 'PS256', undefined])
    const { status, stderr } = await run(['jwks', '--alg', 'ES256', ...files])
    expect([status, stderr]).toEqual([2, expect.stringContaining('no-alg.pem: ERR_JWK_INVALID: ')])
  })

  test('two keys of one id: 1', async () => {
    const file = write('twice.json', { ...privateJwk('ES256'), kid: 'one' })
    const { status, stderr } = await run(['jwks', file, file])
    expect(status).toBe(1)
    expect(stderr).toContain('ERR_JWKS_INVALID')
  })
})

describe('thumbprint', () => {
  // RFC 7638 §3.1.
  const { cases } = JSON.parse(readFileSync(new URL('../../vectors/rfc7638.json', import.meta.url), 'utf8'))
  const [{ jwk, thumbprint: expected }] = cases

  test('of a key, and as a URI', async () => {
    const file = write('rfc7638.json', jwk)
    expect((await run(['thumbprint', file])).stdout.trim().split(' ')[0]).toBe(expected)
    const { stdout } = await run(['thumbprint', '--uri', file])
    expect(stdout.trim().split(' ')[0]).toBe(`urn:ietf:params:oauth:jwk-thumbprint:sha-256:${expected}`)
    expect((await run(['thumbprint', '--hash', 'MD5', file])).status).toBe(2)
  })
})

describe('PEM files', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = createPrivateKey({ key: privateJwk('RS256') as JsonWebKey, format: 'jwk' })
  const FORMS = [
    ['PKCS#8', privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['SEC 1', privateKey.export({ type: 'sec1', format: 'pem' })],
    ['PKCS#1', rsa.export({ type: 'pkcs1', format: 'pem' })],
  ] as const
  for (const [title, pem] of FORMS) {
    test(`${title} signs and verifies`, async () => {
      const file = write(`${title.replace(/\W/g, '')}.pem`, pem as string)
      const alg = title === 'PKCS#1' ? ['--alg', 'PS256'] : []
      const token = (await run(['sign', '--key', file, ...alg, '{}'])).stdout.trim()
      const policy = ['--any-issuer', '--any-audience', '--without-exp']
      expect((await run(['verify', '--key', file, ...alg, ...policy, token])).status).toBe(0)
    })
  }

  test('SPKI', async () => {
    const file = write('spki.pem', publicKey.export({ type: 'spki', format: 'pem' }) as string)
    expect(await json(['jwks', file])).toMatchObject({ keys: [{ kty: 'EC', crv: 'P-256' }] })
  })

  test('where an RSA key does not say its algorithm, the option is named that does: 2', async () => {
    const file = write('rsa.pem', rsa.export({ type: 'pkcs8', format: 'pem' }) as string)
    for (const args of [
      ['sign', '--key', file, '{}'],
      ['verify', '--key', file, '--any-issuer', '--any-audience', 'x.y.z'],
      ['jwks', file],
    ]) {
      const { status, stdout, stderr } = await run(args)
      expect([status, stdout, stderr]).toEqual([2, '', 'countersign: rsa.pem: a key that has no "alg" needs --alg\n'])
    }
  })

  test('an encrypted one is said to be: 1', async () => {
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
    const { status, stderr } = await run(['jwks', write('encrypted.pem', pem as string)])
    expect(status).toBe(1)
    expect(stderr).toContain('encrypted')
  })
})

test('every algorithm that is listed can be made', async () => {
  for (const alg of ALGS)
    expect([alg, (await run(['keygen', '--alg', alg, '--print-private'])).status]).toEqual([alg, 0])
})
