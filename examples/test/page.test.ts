import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { createServer, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import { type Claims, importSigningKey, signJwt } from 'countersign'
import { generateKey, toPublicJwk } from 'countersign/keys'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createPageServer } from '../playground/page/serve.ts'
import { listening, type Started } from '../setup.ts'
import { ready, startBrowser, type Visit, visit } from './browser.ts'

let browser: Browser
let server: Started
let desktop: Visit
const visits: Visit[] = []

beforeAll(async () => {
  server = await listening((await createPageServer()).listen(0, '127.0.0.1'))
  browser = await startBrowser()
  desktop = await visit(browser, server.url)
  visits.push(desktop)
})

afterAll(async () => {
  await browser?.close()
  server?.close()
})

/** Every test also holds that the page asks for nothing but its own files, and that nothing in it goes wrong. */
afterEach(() => {
  for (const { requests, complaints } of visits) {
    expect(complaints.splice(0)).toEqual([])
    for (const path of requests.splice(0)) expect(path).toMatch(/^\/$|^\/(dist|examples\/playground\/page)\/[\w/.-]*$/)
  }
})

/** The page as it is at first; with options, in a browser of its own. */
async function open(options?: BrowserContextOptions): Promise<Page> {
  if (options) {
    const opened = await visit(browser, server.url, options)
    visits.push(opened)
    return opened.page
  }
  await desktop.page.reload()
  await ready(desktop.page)
  return desktop.page
}

// ---- keys and tokens ----

const { privateJwk, publicJwk } = await createKey('main')
const other = await createKey('other')
const now = Math.floor(Date.now() / 1000)
const claims: Claims = {
  iss: 'https://id.example',
  sub: 'alice',
  aud: 'https://api.example',
  iat: now,
  exp: now + 3600,
}

async function createKey(kid: string) {
  const privateJwk = await generateKey('ES256', { kid })
  return { privateJwk, publicJwk: toPublicJwk(privateJwk) }
}

const sign = (changes: Claims = {}, jwk = privateJwk) =>
  signJwt({ ...claims, ...changes }, importSigningKey(jwk), { typ: 'JWT' })

// ---- what a reader does and sees ----

const field = (page: Page, name: string) => page.getByLabel(name, { exact: true })

async function paste(page: Page, token: string, key: unknown = publicJwk): Promise<void> {
  await field(page, 'Token').fill(token)
  await field(page, 'Key').fill(typeof key === 'string' ? key : JSON.stringify(key))
}

type State = 'empty' | 'unverified' | 'accepted' | 'refused' | 'unusable'
type Result = 'passed' | 'failed' | 'unchecked' | 'open'

/** Waits for a verdict, and for what it says. */
async function verdict(page: Page, state: State, text: string | RegExp = ''): Promise<void> {
  await page.locator(`#verdict[data-verdict=${state}]`).filter({ hasText: text }).waitFor()
}

/** Waits for the result of a row, and for what it says. */
async function check(page: Page, id: string, result: Result, text: string | RegExp = ''): Promise<void> {
  await page.locator(`#check-${id}[data-result=${result}]`).filter({ hasText: text }).waitFor()
}

const badge = (page: Page) => page.locator('#badge').innerText()

// ---- inspecting ----

test('at first there is nothing to check', async () => {
  const page = await open()
  await verdict(page, 'empty', 'Paste a token')
  expect(await page.locator('#checks tr').count()).toBe(13)
})

test('a token is shown as it is typed, and is unverified until a key verifies it', async () => {
  const page = await open()
  await field(page, 'Token').fill(await sign())
  await verdict(page, 'unverified', 'A key will tell')
  expect(await badge(page)).toBe('unverified')
  expect(await page.locator('#payload').innerText()).toContain('"sub": "alice"')
  await check(page, 'key', 'open')

  await field(page, 'Key').fill(JSON.stringify(publicJwk))
  await verdict(page, 'accepted', 'Unchecked, as you left it blank: issuer and audience.')
  expect(await badge(page)).toBe('signature verified')
})

test('every check that is asked for', async () => {
  const page = await open()
  await paste(page, await sign({ nbf: now - 1 }))
  await field(page, 'Issuer').fill('https://id.example')
  await field(page, 'Audience').fill('https://elsewhere.example https://api.example')
  await field(page, 'Subject').fill('alice')
  await field(page, 'Type typ').fill('jwt')
  await field(page, 'Required claims').fill('exp jti')
  await field(page, 'Greatest age seconds').fill('600')
  await verdict(page, 'refused', 'ERR_JWT_CLAIM "jti" is missing')
  await check(page, 'required', 'failed')

  await field(page, 'Required claims').fill('exp sub')
  await verdict(page, 'accepted', /asked of the claims\.\s*$/)
  for (const result of await page.locator('#checks tr').all()) {
    expect(await result.getAttribute('data-result'), await result.innerText()).toBe('passed')
  }
})

test.each([
  ['Issuer', 'issuer', 'https://id.example/', 'you ask for “https://id.example/”'],
  ['Audience', 'audience', 'x', 'It says “https://api.example”'],
  ['Subject', 'subject', 'bob', 'It says “alice”; you ask for “bob”.'],
  ['Type typ', 'typ', 'at+jwt', 'It says “JWT”; you ask for “at+jwt”.'],
  ['Greatest age seconds', 'age', '0', 'ERR_JWT_EXPIRED'],
])('%s: the row says why it failed', async (label, id, value, why) => {
  const page = await open()
  await paste(page, await sign({ iat: now - 60 }))
  await field(page, label).fill(value)
  await check(page, id, 'failed', why)
  await verdict(page, 'refused')
  expect(await page.locator('#checks tr[data-result=failed]').count()).toBe(1)
})

test('a key set', async () => {
  const page = await open()
  await paste(page, await sign(), { keys: [other.publicJwk, publicJwk] })
  await verdict(page, 'accepted')
  await field(page, 'Key').fill(JSON.stringify({ keys: [other.publicJwk] }))
  await verdict(page, 'refused', 'ERR_KEY_NOT_FOUND')
  await check(page, 'key', 'failed')
})

test('a key in PEM', async () => {
  const page = await open()
  const key = createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' })
  await paste(page, await sign(), `\n${key.export({ type: 'spki', format: 'pem' })}\n`)
  await verdict(page, 'accepted')
  const stranger = createPublicKey({ key: other.publicJwk as JsonWebKey, format: 'jwk' })
  await field(page, 'Key').fill(String(stranger.export({ type: 'spki', format: 'pem' })))
  await verdict(page, 'refused', 'another key signed it')
})

test('an expired token', async () => {
  const page = await open()
  await paste(page, await sign({ iat: now - 7200, exp: now - 3600 }))
  await verdict(page, 'refused', 'ERR_JWT_EXPIRED')
  await check(page, 'exp', 'failed', /It expired (1 hour|60 minutes) ago/)
  await check(page, 'signature', 'passed')
  expect(await badge(page)).toBe('signature verified')
  expect(await page.locator('#times-words').innerText()).toContain('1 hour ago')

  await field(page, 'Clock tolerance seconds').fill('86400')
  await verdict(page, 'accepted')
})

test('another time than the clock’s', async () => {
  const page = await open()
  await paste(page, await sign({ nbf: now + 600, exp: now + 1200 }))
  await verdict(page, 'refused', 'ERR_JWT_NOT_YET_VALID')
  await field(page, 'live clock').uncheck()
  const local = new Date((now + 900 - new Date().getTimezoneOffset() * 60) * 1000)
  await field(page, 'Now').fill(local.toISOString().slice(0, 19))
  await verdict(page, 'accepted')
})

test('a tampered token', async () => {
  const page = await open()
  await paste(page, await sign())
  await verdict(page, 'accepted')
  await page.getByRole('button', { name: 'Tamper' }).click()
  await verdict(page, 'refused', 'ERR_JWS_SIGNATURE')
  await check(page, 'signature', 'failed')
  await check(page, 'claims', 'passed')
  expect(await badge(page)).toBe('unverified')
})

test('a wrong key', async () => {
  const page = await open()
  await paste(page, await sign(), other.publicJwk)
  await verdict(page, 'refused', 'another key signed it')
  await paste(page, await sign(), { kty: 'oct', alg: 'HS256', k: 'A'.repeat(43) })
  await verdict(page, 'refused', 'ERR_ALG_NOT_ALLOWED')
  await check(page, 'key', 'failed')
})

test.each([
  ['PEM that is cut off', '-----BEGIN PUBLIC KEY-----', 'ERR_JWK_INVALID'],
  ['PEM of something else', '-----BEGIN DH PARAMETERS-----', 'of no key or certificate'],
  ['an encrypted key', '-----BEGIN ENCRYPTED PRIVATE KEY-----', 'it is encrypted'],
  ['a bare secret', 'correct horse', 'a shared secret goes into a JWK'],
  ['a weak secret', '{"kty":"oct","alg":"HS256","k":"AAAA"}', 'ERR_JWK_WEAK'],
  ['null', 'null', 'a key must be a JWK'],
  ['an empty set', '{"keys":[]}', 'ERR_JWKS_INVALID'],
  ['what is no set', '{"keys":1}', 'ERR_JWKS_INVALID'],
])('a key that cannot be used: %s', async (_, key, why) => {
  const page = await open()
  await paste(page, await sign(), key)
  await verdict(page, 'unverified', why)
})

test('where the key does not say its algorithm, the reader does', async () => {
  const page = await open()
  const k = Buffer.alloc(64, 7).toString('base64url')
  const secret = { kty: 'oct', k }
  await paste(page, await sign({}, { ...secret, alg: 'HS256' }), secret)
  await verdict(page, 'unverified', 'the algorithm must be given')
  await field(page, 'Algorithm of the key').selectOption('HS384')
  await verdict(page, 'refused', 'ERR_ALG_NOT_ALLOWED')
  await field(page, 'Algorithm of the key').selectOption('HS256')
  await verdict(page, 'accepted')
  await paste(page, await sign())
  await field(page, 'Algorithm of the key').waitFor({ state: 'hidden' })
  await verdict(page, 'accepted')
})

test.each([
  ['two parts', 'eyJhbGciOiJIUzI1NiJ9.e30', 'form', 'ERR_JWS_INVALID'],
  ['padding', 'eyJhbGciOiJIUzI1NiJ9.e30=.', 'form', 'ERR_BASE64URL'],
  ['no JSON', 'AAAA.e30.', 'form', 'ERR_JWS_INVALID'],
  ['none', `${encode({ alg: 'none' })}.e30.`, 'header', 'ERR_ALG_UNSUPPORTED'],
  ['an unknown extension', `${encode({ alg: 'ES256', crit: ['x'], x: 1 })}.e30.`, 'header', 'ERR_CRIT'],
  ['an ill-formed extension', `${encode({ alg: 'ES256', crit: [] })}.e30.`, 'header', 'ERR_CRIT'],
])('a token that cannot be verified: %s', async (_, token, id, code) => {
  const page = await open()
  await paste(page, token)
  await verdict(page, 'refused', code)
  await check(page, id, 'failed', code)
})

test.each([
  ['a claim of the wrong type', { exp: 'tomorrow' }, 'ERR_JWT_CLAIM "exp" is not a finite number'],
  ['no object', [1], 'ERR_JWT_INVALID'],
])('claims that are none, seen before there is a key: %s', async (_, payload, code) => {
  const page = await open()
  await field(page, 'Token').fill(`${encode({ alg: 'ES256' })}.${encode(payload)}.`)
  await check(page, 'claims', 'failed', code)
  await check(page, 'exp', 'open')
})

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

test('numbers and twice-named members are shown as they are written', async () => {
  const page = await open()
  const payload = Buffer.from('{"id":12345678901234567890,"a":1.0,"a":[ ],"b":{"c":[1,"x,:{"]}}').toString('base64url')
  await field(page, 'Token').fill(`${encode({ alg: 'ES256' })}.${payload}.`)
  await page.locator('#content').waitFor()
  expect(await page.locator('#payload').textContent()).toBe(
    '{\n  "id": 12345678901234567890,\n  "a": 1.0,\n  "a": [],\n  "b": {\n    "c": [\n      1,\n      "x,:{"\n    ]\n  }\n}',
  )
  await check(page, 'claims', 'failed', 'has a member twice')
})

test('a negative tolerance is a wrong question, and no verdict', async () => {
  const page = await open()
  await paste(page, await sign())
  await field(page, 'Clock tolerance seconds').fill('-1')
  await verdict(page, 'unusable', 'option "clockTolerance" must be')
  await check(page, 'signature', 'passed')
  await check(page, 'exp', 'open')
})

test('a token of 20 KB', async () => {
  const page = await open()
  const token = await sign({ data: Array.from({ length: 1200 }, (_, index) => `entry ${index}`) })
  expect(token.length).toBeGreaterThan(18_000)
  const start = Date.now()
  await paste(page, token)
  await verdict(page, 'refused', 'longer than "maxTokenLength"')
  await field(page, 'Longest token characters').fill('32768')
  await verdict(page, 'accepted')
  await field(page, 'Token').press('End')
  for (const letter of 'AAAAA') await page.keyboard.type(letter)
  await verdict(page, 'refused')
  expect(Date.now() - start).toBeLessThan(3000)
})

// ---- making ----

test('a key of each algorithm is made, signs, and verifies', { timeout: 60_000 }, async () => {
  const page = await open()
  await page.locator('#make-alg option').first().waitFor({ state: 'attached' })
  const algs = await page.locator('#make-alg option').allTextContents()
  expect(algs).toEqual(expect.arrayContaining(['HS256', 'RS256', 'PS512', 'ES256', 'ES512', 'EdDSA', 'Ed25519']))
  for (const alg of algs) {
    await field(page, 'Algorithm').selectOption(alg)
    await page.getByRole('button', { name: 'Make a key' }).click()
    await page.locator('#key-message', { hasText: new RegExp(`^A .* for ${alg}\\.`) }).waitFor()
    await page.getByRole('button', { name: 'Sign' }).click()
    await page.locator('#sign-message', { hasText: `Signed with ${alg}.` }).waitFor()
    await page.getByRole('button', { name: 'Inspect it with its key' }).click()
    await check(page, 'header', 'passed', `Its algorithm is ${alg},`)
    await verdict(page, 'accepted')
    expect(await field(page, 'Key').inputValue()).not.toContain('"d":')
  }
})

test('the private key is there only while it is asked for', async () => {
  const page = await open()
  await page.getByRole('button', { name: 'Make a key' }).click()
  await page.locator('#public').waitFor()
  expect(await page.locator('#private').textContent()).toBe('')
  await page.getByText('Show the private key').click()
  await page.locator('#private', { hasText: '"d":' }).waitFor()
  await page.getByText('Show the private key').click()
  await page.locator('#private', { hasNotText: '"d":' }).waitFor({ state: 'attached' })
})

test('claims that cannot be signed', async () => {
  const page = await open()
  await field(page, 'Claims, as JSON').fill('{ "exp": "tomorrow" }')
  await page.getByRole('button', { name: 'Sign' }).click()
  await page.locator('#sign-message', { hasText: 'ERR_SIGN "exp" is not a finite number' }).waitFor()
  await field(page, 'Claims, as JSON').fill('{')
  await page.getByRole('button', { name: 'Sign' }).click()
  await page.locator('#sign-message', { hasText: 'The claims are not JSON.' }).waitFor()
})

// ---- for everybody ----

test('copying', async () => {
  const page = await open()
  await page.getByRole('button', { name: 'Try an example' }).click()
  await verdict(page, 'accepted')
  await page.getByText('Show the private key').click()
  const sources = [
    ['the token', await field(page, 'Token').inputValue()],
    ['the header', await page.locator('#header').textContent()],
    ['the payload', await page.locator('#payload').textContent()],
    ['the public key', await page.locator('#public').textContent()],
    ['the private key', await page.locator('#private').textContent()],
    ['the new token', await field(page, 'Token').inputValue()],
  ]
  for (const [what, text] of sources) {
    await page.getByRole('button', { name: `Copy ${what}` }).click()
    await page.getByText(`Copied ${what}.`).waitFor({ state: 'attached' })
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(text)
  }
})

test('by keyboard alone, and the focus can be seen', async () => {
  const page = await open()
  const focused = () => page.evaluate<string>('document.activeElement.id')
  const outline = `getComputedStyle(document.activeElement.closest('.token-box') ?? document.activeElement).outlineStyle`
  const tabTo = async (id: string) => {
    for (let presses = 0; presses < 50; presses++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(outline), await focused()).not.toBe('none')
      if ((await focused()) === id) return
    }
    throw new Error(`Tab does not reach ${id}`)
  }

  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(await focused()).toBe('token')
  await page.keyboard.insertText(await sign())
  await tabTo('key')
  await page.keyboard.insertText(JSON.stringify(publicJwk))
  await verdict(page, 'accepted')
  await tabTo('issuer')
  await page.keyboard.type('https://elsewhere.example')
  await verdict(page, 'refused')
  await tabTo('make-key')
  await page.keyboard.press('Enter')
  await page.locator('#public').waitFor()
  await tabTo('sign')
  await page.keyboard.press('Space')
  await page.locator('#use').waitFor()
  await tabTo('use')
  await page.keyboard.press('Enter')
  await page.waitForFunction(`document.activeElement.id === 'verdict'`)
  await verdict(page, 'refused', 'ERR_JWT_CLAIM')
})

describe.each<{ name: string; options: BrowserContextOptions }>([
  { name: 'light', options: { colorScheme: 'light', viewport: { width: 1280, height: 800 } } },
  { name: 'dark', options: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } } },
  { name: 'phone', options: { colorScheme: 'light', viewport: { width: 360, height: 800 }, reducedMotion: 'reduce' } },
])('$name', ({ name, options }) => {
  const width = options.viewport?.width

  /** No rule of axe is broken, and nothing sticks out. */
  async function inspectLayout(page: Page): Promise<void> {
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate<axe.AxeResults>('axe.run()')
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
  }

  const ground = (page: Page) => page.evaluate<string>('getComputedStyle(document.body).backgroundColor')

  test('accessible and within its width, in the other colours too', async () => {
    const page = await open(options)
    const before = await ground(page)
    await inspectLayout(page)
    await page.getByRole('button', { name: 'Try an example' }).click()
    await field(page, 'Issuer').fill('https://id.example')
    await verdict(page, 'accepted')
    await page.getByText('Show the private key').click()
    await inspectLayout(page)
    await takeScreenshot(page, name)
    await page.getByRole('button', { name: 'Tamper' }).click()
    await verdict(page, 'refused')
    await field(page, 'Key').fill(
      '{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}',
    )
    await verdict(page, 'unverified')
    await page.locator('#theme').click()
    await inspectLayout(page)
    expect(await ground(page)).not.toBe(before)
    await page.context().close()
  })
})

async function takeScreenshot(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== '1') return
  await page.locator('#issuer').blur()
  await page.evaluate('scrollTo(0, 0)')
  const path = fileURLToPath(new URL(`../playground/page/screenshots/${name}.png`, import.meta.url))
  const { width = 0 } = page.viewportSize() ?? {}
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width, height: width < 600 ? 1420 : 1120 } })
}

test('nothing can be sent from the page, and nothing is kept', async () => {
  let requests = 0
  const elsewhere = await listening(createServer((_, response) => response.end(`${++requests}`)).listen(0, '127.0.0.1'))
  const { page } = await visit(browser, server.url)
  await page.getByRole('button', { name: 'Try an example' }).click()
  await verdict(page, 'accepted')
  const address = JSON.stringify(elsewhere.url)
  expect(await page.evaluate(`fetch(${address}, { mode: 'no-cors' }).then(() => 'sent', () => 'refused')`)).toBe(
    'refused',
  )
  for (const name of ['img', 'iframe', 'script']) {
    await page.evaluate(`document.body.append(Object.assign(document.createElement('${name}'), { src: ${address} }))`)
  }
  await page.waitForTimeout(200)
  expect(requests).toBe(0)
  expect(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(0)
  expect(await page.evaluate('location.search + location.hash')).toBe('')
  await page.context().close()
  elsewhere.close()
})

test('the server has the files of the page and of the library, and no others', async () => {
  const status = (path: string) =>
    new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: new URL(server.url).port, path }, (response) => {
        resolve(response.resume().statusCode)
      }).on('error', reject)
    })
  expect(await status('/')).toBe(302)
  expect(await status('/examples/playground/page/?x=1')).toBe(200)
  expect(await status('/dist/index.js')).toBe(200)
  for (const path of [
    '/package.json',
    '/../package.json',
    '/dist/../package.json',
    '/dist/%2e%2e/package.json',
    '//',
    '/x',
  ]) {
    expect(await status(path), path).toBe(404)
  }
  expect(await status('/examples/playground/page/serve.ts')).toBe(404)
})
