import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier } from 'fast-jwt'
import * as jose from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { importVerificationKey, type Jwk, verifyJwt } from '../dist/index.js'
import { DER, detached } from '../test/detached.ts'

// npm run compare:defaults: what each library makes of the same tokens when it is given a key and nothing else, or as little as
// it takes. No default is wrong for everyone; that they differ is what one must know.

type Verify = (token: string) => unknown

interface Library {
  readonly name: string
  /** With a secret, where the library knows any. */
  readonly hs256?: (secret: Buffer) => Verify
  readonly rs256: (key: KeyObject) => Verify
}

const jwkOf = (key: KeyObject): Jwk => ({
  ...(key.export({ format: 'jwk' }) as Jwk),
  alg: 'RS256',
  kid: 'k',
  use: 'sig',
})
const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }) as string
const unchecked = { issuer: null, audience: null }

const LIBRARIES: readonly Library[] = [
  {
    name: 'countersign',
    hs256: (secret) => {
      const key = importVerificationKey({ kty: 'oct', alg: 'HS256', k: secret.toString('base64url') })
      return (token) => verifyJwt(token, key, unchecked)
    },
    rs256: (key) => (token) => verifyJwt(token, importVerificationKey(jwkOf(key)), unchecked),
  },
  {
    name: 'jose',
    hs256: (secret) => (token) => jose.jwtVerify(token, secret),
    rs256: (key) => (token) => jose.jwtVerify(token, key),
  },
  {
    name: 'fast-jwt',
    hs256: (secret) => createVerifier({ key: secret }),
    rs256: (key) => createVerifier({ key: pemOf(key) }),
  },
  {
    name: 'jsonwebtoken',
    hs256: (secret) => (token) => jsonwebtoken.verify(token, secret),
    rs256: (key) => (token) => jsonwebtoken.verify(token, key),
  },
  {
    name: 'aws-jwt-verify',
    rs256: (key) => {
      const verifier = JwtVerifier.create({
        issuer: null,
        audience: null,
        jwksUri: 'https://id.example/jwks.json',
      } as never)
      verifier.cacheJwks({ keys: [jwkOf(key) as never] } as never)
      return (token) => verifier.verifySync(token as never)
    },
  },
]

const encode = (part: object | string): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

const SECRET = Buffer.alloc(32, 7)
const [privateKey, small] = [2048, 1024].map((modulusLength) =>
  detached(generateKeyPairSync('rsa', { modulusLength, ...DER })),
) as [KeyObject, KeyObject]

function hs256(header: object | string, claims: object | string, secret = SECRET): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

function rs256(header: object | string, claims: object | string, key = privateKey): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

/** The last letter with an unused bit set: other text, same octets. */
function otherText(token: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return token.slice(0, -1) + alphabet.charAt(alphabet.indexOf(token.slice(-1)) | 1)
}

const exp = Math.floor(Date.now() / 1000) + 60
const HEADER = { alg: 'HS256' }
const RSA_HEADER = { alg: 'RS256', kid: 'k' }

interface Row {
  readonly title: string
  readonly hs256?: () => readonly [token: string, secret?: Buffer]
  readonly rs256: () => readonly [token: string, key?: KeyObject]
}

const ROWS: readonly Row[] = [
  { title: 'a good token', hs256: () => [hs256(HEADER, { exp })], rs256: () => [rs256(RSA_HEADER, { exp })] },
  { title: 'no `exp`', hs256: () => [hs256(HEADER, {})], rs256: () => [rs256(RSA_HEADER, {})] },
  {
    title: 'a claim twice',
    hs256: () => [hs256(HEADER, `{"exp":${exp},"sub":"a","sub":"b"}`)],
    rs256: () => [rs256(RSA_HEADER, `{"exp":${exp},"sub":"a","sub":"b"}`)],
  },
  {
    title: 'another text of the same signature',
    hs256: () => [otherText(hs256(HEADER, { exp }))],
    rs256: () => [otherText(rs256(RSA_HEADER, { exp }))],
  },
  {
    title: '`crit` that nobody understands',
    hs256: () => [hs256({ ...HEADER, crit: ['x'], x: 1 }, { exp })],
    rs256: () => [rs256({ ...RSA_HEADER, crit: ['x'], x: 1 }, { exp })],
  },
  {
    title: 'a byte order mark before the claims',
    hs256: () => [hs256(HEADER, `\ufeff{"exp":${exp}}`)],
    rs256: () => [rs256(RSA_HEADER, `\ufeff{"exp":${exp}}`)],
  },
  {
    title: 'a token of 20 KB',
    hs256: () => [hs256(HEADER, { exp, x: 'x'.repeat(20_000) })],
    rs256: () => [rs256(RSA_HEADER, { exp, x: 'x'.repeat(20_000) })],
  },
  {
    title: 'a weak key (5 octets for HS256, 1024 bits for RS256)',
    hs256: () => [hs256(HEADER, { exp }, Buffer.from('short')), Buffer.from('short')],
    rs256: () => [rs256(RSA_HEADER, { exp }, small), createPublicKey(small)],
  },
]

async function accepts(verify: () => unknown): Promise<boolean> {
  try {
    await verify()
    return true
  } catch {
    return false
  }
}

const word = (accepted: boolean): string => (accepted ? 'yes' : 'no')

async function cell(library: Library, row: Row): Promise<string> {
  const [token, key = createPublicKey(privateKey)] = row.rs256()
  const rsa = await accepts(() => library.rs256(key)(token))
  if (!library.hs256 || !row.hs256) return `${word(rsa)} (RS256)`
  const [mac, secret = SECRET] = row.hs256()
  const { hs256: open } = library
  const symmetric = await accepts(() => open(secret)(mac))
  return symmetric === rsa ? word(rsa) : `HS256 ${word(symmetric)}, RS256 ${word(rsa)}`
}

console.log(`| accepted by default | ${LIBRARIES.map(({ name }) => name).join(' | ')} |`)
console.log(`| --- |${' --- |'.repeat(LIBRARIES.length)}`)
for (const row of ROWS) {
  const cells = await Promise.all(LIBRARIES.map((library) => cell(library, row)))
  console.log(`| ${row.title} | ${cells.join(' | ')} |`)
}
