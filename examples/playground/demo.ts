import { readFile } from 'node:fs/promises'
import { encodeBase64url } from 'countersign'
import { startBackend } from './backend.ts'
import { startGateway } from './gateway.ts'
import {
  printAnswer,
  printCheck,
  printHeading,
  printJson,
  printRequest,
  printStep,
  printSummary,
  printToken,
} from './terminal.ts'

// The token scenario of KrakenD's playground, on its own data, over HTTP: a gateway issues tokens with `auth/signer` and
// guards an endpoint with `auth/validator`. Exits with 0 only if every step gave what it must.

const dataFile = (name: string) => readFile(new URL(`./data/${name}`, import.meta.url))
const dataJson = async (name: string) => JSON.parse(await readFile(new URL(`./data/${name}`, import.meta.url), 'utf8'))

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

interface Answer {
  readonly status: number
  /** The error code, or nothing. */
  readonly code: string
  readonly type: string
  readonly body: unknown
}

let number = 0
let failures = 0

/** One request of the client's, printed with its answer. */
async function request(
  title: string,
  gateway: string,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  printStep(++number, title)
  printRequest(line, headers)
  const [method = 'GET', path = '/'] = line.split(' ')
  const response = await fetch(new URL(path, gateway), { method, headers })
  const text = await response.text()
  const code = response.headers.get('x-refused-because') ?? ''
  const type = response.headers.get('content-type') ?? ''
  const body = text === '' ? undefined : JSON.parse(text)
  printAnswer(response.status, [code, type].filter(Boolean))
  return { status: response.status, code, type, body }
}

function expect(passed: boolean, expectation: string): void {
  if (!passed) failures++
  printCheck(passed, expectation)
}

function expectUser({ status, body }: Answer): void {
  printJson(body)
  expect(status === 200 && JSON.stringify(body) === JSON.stringify(user), 'the user of the backend comes back')
}

function expectRefusal(answer: Answer, status: number, code: string, reason: string): void {
  expect(answer.status === status && answer.code === code, `refused with ${status} ${code}: ${reason}`)
}

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const guarded = 'GET /private/custom'

const user = await dataJson('user-1.json')
const backend = await startBackend()
const config = {
  backend: backend.url,
  signer: await dataJson('auth-signer.json'),
  // As in KrakenD's playground, the validator fetches the keys from the backend.
  validator: { ...(await dataJson('auth-validator.json')), jwk_url: `${backend.url}/jwk/symmetric.json` },
  readFile: dataFile,
}
let gateway = await startGateway(config)

try {
  printHeading("Countersign: KrakenD's token scenario", [`backend  ${backend.url}`, `gateway  ${gateway.url}`])

  const issued = await request('The gateway signs what the backend answers', gateway.url, 'POST /token')
  const shipped = issued.body as Tokens
  printToken('access_token', shipped.access_token)
  printToken('refresh_token', shipped.refresh_token)
  const { access_token, refresh_token } = await dataJson('krakend-tokens.json')
  expect(
    issued.status === 200 &&
      issued.type === 'application/json; charset=utf-8' &&
      shipped.access_token === access_token &&
      shipped.refresh_token === refresh_token,
    "both tokens equal KrakenD's, byte for byte",
  )

  const late = await request(
    'That token expired with the year 2024',
    gateway.url,
    guarded,
    bearer(shipped.access_token),
  )
  expectRefusal(late, 401, 'ERR_JWT_EXPIRED', '"exp" is in the past')

  const renewed = await request('A token for an hour', gateway.url, 'POST /token?expires_in=3600')
  const fresh = renewed.body as Tokens
  printToken('access_token', fresh.access_token)
  expect(renewed.status === 200 && fresh.access_token !== shipped.access_token, 'another token')

  expectUser(await request('It opens the endpoint', gateway.url, guarded, bearer(fresh.access_token)))

  const cookie = { Cookie: `theme=dark; access_token=${fresh.access_token}` }
  expectUser(await request('So it does from a cookie', gateway.url, guarded, cookie))

  const roleless = await request('A refresh token has no roles', gateway.url, guarded, bearer(fresh.refresh_token))
  expectRefusal(roleless, 403, 'ERR_ROLES', 'none of role_a, role_c')

  expectRefusal(
    await request('No token', gateway.url, guarded),
    401,
    'ERR_TOKEN_MISSING',
    'nothing in header or cookie',
  )

  const [header = '', payload = '', signature = ''] = fresh.access_token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const forge = (changed: object) =>
    [header, encodeBase64url(new TextEncoder().encode(JSON.stringify({ ...claims, ...changed }))), signature].join('.')
  const tampered = await request('A changed claim', gateway.url, guarded, bearer(forge({ sub: 'administrator' })))
  expectRefusal(tampered, 401, 'ERR_JWS_SIGNATURE', 'the signature is over other claims')

  const none = encodeBase64url(new TextEncoder().encode('{"alg":"none"}'))
  const unsigned = await request('No algorithm', gateway.url, guarded, bearer(`${none}.${payload}.`))
  expectRefusal(unsigned, 401, 'ERR_ALG_UNSUPPORTED', '"none" is not an algorithm here')

  const forOthers = 'POST /token?expires_in=3600&aud=http://other.example.com'
  const { body } = await request('A token for another audience', gateway.url, forOthers)
  const { access_token: others } = body as Tokens
  printToken('access_token', others)
  const foreign = await request('It does not open this endpoint', gateway.url, guarded, bearer(others))
  expectRefusal(foreign, 401, 'ERR_JWT_CLAIM', '"aud" is not what is expected')

  const rotated = JSON.stringify(await dataJson('jwk-symmetric.json')).replace('"sim2"', '"sim3"')
  backend.publish(rotated)
  gateway.close()
  gateway = await startGateway({
    ...config,
    signer: { ...config.signer, kid: 'sim3' },
    readFile: async () => new TextEncoder().encode(rotated),
  })
  const withdrawn = await request(
    'The key is rotated: sim2 is withdrawn',
    gateway.url,
    guarded,
    bearer(fresh.access_token),
  )
  expectRefusal(withdrawn, 401, 'ERR_KEY_NOT_FOUND', 'no key with the id sim2')

  const next = await request('sim3 signs from now on', gateway.url, 'POST /token?expires_in=3600')
  const { access_token: successor } = next.body as Tokens
  printToken('access_token', successor)
  expect(next.status === 200, 'a token with the new key id')
  expectUser(await request('And it opens the endpoint', gateway.url, guarded, bearer(successor)))
} finally {
  gateway.close()
  backend.close()
}

printSummary(number - failures, failures)
process.exitCode = failures === 0 ? 0 : 1
