import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { issueToken, type Started, startExample } from '../setup.ts'
import { bearer, startRecordingBackend, user } from './backend.ts'

const EXAMPLES = ['node-http', 'fetch-handler', 'fastify', 'express', 'hono']

describe.each(EXAMPLES)('%s', (name) => {
  let backend: Awaited<ReturnType<typeof startRecordingBackend>>
  let gateway: Started
  let token: string
  const get = (headers: Record<string, string> = {}, path = '/private/custom') =>
    fetch(new URL(path, gateway.url), { headers })

  beforeAll(async () => {
    backend = await startRecordingBackend()
    gateway = await startExample(name, backend.url)
    token = await issueToken({})
  })
  afterAll(() => Promise.all([gateway.close(), backend.close()]))

  test('a good token opens the endpoint, from the header or the cookie', async () => {
    for (const headers of [bearer(token), { cookie: `access_token=${token}` }]) {
      const response = await get(headers)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^application\/json/)
      expect(await response.json()).toEqual(user)
    }
  })

  test('the backend gets the claims in headers, and nothing that the client put there', async () => {
    await get(
      { ...bearer(token), 'x-user': 'administrator', 'x-roles': 'role_z', 'x-other': 'mine' },
      '/private/custom?a=b',
    )
    expect(backend.headers).toMatchObject({ 'x-user': 'alice', 'x-roles': 'role_a,role_b' })
    expect(backend.headers).not.toHaveProperty('authorization')
    expect(backend.headers).not.toHaveProperty('x-other')
  })

  test('refusals have the status and the challenge of their reason, and an empty body', async () => {
    const [header, , signature] = token.split('.')
    const forged = [header, Buffer.from('{"sub":"administrator"}').toString('base64url'), signature].join('.')
    const refusals: [headers: Record<string, string>, status: number, challenge: string][] = [
      [{}, 401, 'Bearer'],
      [bearer('x'), 401, 'Bearer error="invalid_token"'],
      [bearer(forged), 401, 'Bearer error="invalid_token"'],
      [bearer(await issueToken({ exp: 1735689600 })), 401, 'Bearer error="invalid_token"'],
      [bearer(await issueToken({ aud: 'http://other.example.com' })), 401, 'Bearer error="invalid_token"'],
      [bearer(await issueToken({ roles: ['role_b'] })), 403, 'Bearer error="insufficient_scope"'],
    ]
    for (const [headers, status, challenge] of refusals) {
      const response = await get(headers)
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([status, challenge])
      expect(await response.text()).toBe('')
    }
  })

  test('nothing else is there', async () => {
    expect((await get(bearer(token), '/private')).status).toBe(404)
    const post = await fetch(new URL('/private/custom', gateway.url), { method: 'POST', headers: bearer(token) })
    expect(post.status).toBe(404)
  })

  test('without its backend the gateway answers with an error, and goes on', async () => {
    const unused = await startRecordingBackend()
    unused.close()
    const lonely = await startExample(name, unused.url)
    for (let round = 0; round < 2; round++) {
      const response = await fetch(new URL('/private/custom', lonely.url), { headers: bearer(token) })
      expect(response.status).toBeGreaterThanOrEqual(500)
    }
    await lonely.close()
  })

  test('is under 40 lines', async () => {
    const text = await readFile(new URL(`../${name}.ts`, import.meta.url), 'utf8')
    expect(text.split('\n').length).toBeLessThan(40)
  })
})
