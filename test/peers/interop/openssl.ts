import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { derToJose, joseToDer } from 'ecdsa-sig-formatter'
import { ALGORITHMS, isHmac, type TestKey } from './keys.ts'
import { type Form, type Peer, pem } from './peer.ts'
import { CLAIMS } from './token.ts'

export const isInstalled = spawnSync('openssl', ['version']).status === 0

/** The command line tool: it knows signatures and no tokens, so what is around them is made here by hand. */
export const openssl: Peer = {
  name: 'openssl',
  algorithms: ALGORITHMS,
  forms: {
    secret: (key) => (isHmac(key.alg) ? hmac(key) : null),
    PEM: (key) => (isHmac(key.alg) ? null : asymmetric(key)),
  },
}

function hmac({ alg, privateKey }: TestKey): Form {
  const mac = ['-mac', 'HMAC', '-macopt', `hexkey:${privateKey.export().toString('hex')}`]
  const compute = (input: string) =>
    inDirectory({ input }, (run) => run('dgst', digestOf(alg), ...mac, '-binary', 'input')).toString('base64url')
  return {
    sign: async () => `${signingInput(alg)}.${compute(signingInput(alg))}`,
    verify: async (token) => {
      const { input, payload, signature } = takeApart(token)
      if (compute(input) !== signature) throw new Error('another MAC')
      return payload
    },
  }
}

function asymmetric(key: TestKey): Form {
  const { private: signing, public: verifying } = pem(key)
  const command = key.alg.startsWith('Ed') ? pkeyutl : dgst
  return {
    sign: async () => {
      const input = signingInput(key.alg)
      const signature = inDirectory({ input, key: signing }, (run) => run(...command(key).sign))
      return `${input}.${fromPlatform(key, signature)}`
    },
    verify: async (token) => {
      const { input, payload, signature } = takeApart(token)
      const files = { input, key: verifying, signature: toPlatform(key, signature) }
      inDirectory(files, (run) => run(...command(key).verify))
      return payload
    },
  }
}

function dgst({ alg }: TestKey) {
  const pss = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']
  const options = [digestOf(alg), ...(alg.startsWith('PS') ? pss : [])]
  return {
    sign: ['dgst', ...options, '-sign', 'key', 'input'],
    verify: ['dgst', ...options, '-verify', 'key', '-signature', 'signature', 'input'],
  }
}

function pkeyutl() {
  return {
    sign: ['pkeyutl', '-sign', '-rawin', '-inkey', 'key', '-in', 'input'],
    verify: ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', 'key', '-in', 'input', '-sigfile', 'signature'],
  }
}

/** RFC 7518 §3.4: a JWS has r‖s where openssl has DER. */
const fromPlatform = ({ alg }: TestKey, signature: Buffer) =>
  alg.startsWith('ES') ? derToJose(signature, alg) : signature.toString('base64url')
const toPlatform = ({ alg }: TestKey, signature: string) =>
  alg.startsWith('ES') ? joseToDer(signature, alg) : Buffer.from(signature, 'base64url')

const digestOf = (alg: string) => `-sha${alg.slice(2)}`

function signingInput(alg: string): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${encode({ alg })}.${encode(CLAIMS)}`
}

function takeApart(token: string) {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return { input: `${header}.${payload}`, payload: claims, signature }
}

/** Runs openssl beside files of these names. Another exit code than 0 throws. */
function inDirectory<T>(files: Record<string, string | Buffer>, use: (run: (...args: string[]) => Buffer) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-openssl-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content, { mode: 0o600 })
    return use((...args) => execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] }))
  } finally {
    rmSync(directory, { recursive: true })
  }
}
