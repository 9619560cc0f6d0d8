import { createAuthValidator, fillTemplate, type HeadersLike } from '../../../src/gateway/index.ts'
import { findToken } from '../../../src/gateway/token-source.ts'
import { JoseError } from '../../../src/index.ts'
import { measured } from '../clock.ts'
import { claimsJson, NOW } from '../generate/claims.ts'
import { block, headers } from '../generate/gateway.ts'
import { plainObject } from '../generate/json.ts'
import { headerJson, token } from '../generate/token.ts'
import { PRIVATE_JWKS } from '../keys.ts'
import { type Block, findToken as findByReference, type Headers, validate } from '../reference/gateway.ts'
import { importSet } from '../reference/jwks.ts'
import type { Target } from '../target.ts'
import { referenceOf, verdictOf, verdictSoon } from '../verdict.ts'

interface SourceInput {
  readonly headers: Headers
  readonly headerName: string
  readonly cookieName: string
}

export const tokenSourceTarget: Target<SourceInput> = {
  name: 'token-source',
  share: 70,
  outside: ['headers'],
  draw: (draw) => ({
    headers: headers(draw, draw.pick(['a.b.c', 'x', 'Bearer x', 'a=b'])),
    headerName: draw.pick(['Authorization', 'authorization', 'X-Token']),
    cookieName: draw.pick(['access_token', 'token', 'get']),
  }),
  observe({ headers, headerName, cookieName }) {
    const find = (given: HeadersLike) => verdictOf(() => findToken(given, { headerName, cookieName }))
    const fetched = fetchHeaders(headers)
    return {
      ways: {
        record: measured('findToken', () => find(headers)),
        ...(fetched ? { Headers: find(fetched) } : {}),
      },
      reference: referenceOf(() => findByReference(headers, headerName, cookieName)),
    }
  },
}

/** The same as Fetch has them, where that changes nothing. */
function fetchHeaders(fields: Headers): globalThis.Headers | undefined {
  try {
    const names = Object.keys(fields).map((name) => name.toLowerCase())
    const fetched = new globalThis.Headers(fields as Record<string, string>)
    const isSame = Object.entries(fields).every(([name, value]) => fetched.get(name) === value)
    return isSame && new Set(names).size === names.length ? fetched : undefined
  } catch {
    return undefined
  }
}

interface TemplateInput {
  readonly template: string
  readonly json: string
}

/** Only that it gives an address, or says why not. */
export const templateTarget: Target<TemplateInput> = {
  name: 'template',
  share: 30,
  outside: ['json'],
  draw: (draw) => ({
    template: `/${draw.pick(['', 'users/', '..'])}{JWT.${draw.pick(['sub', 'a', 'iss', 'exp', 'a.b', '__proto__', 'http://a.b'])}}${draw.pick(['', '/x', '?y'])}`,
    json: draw.once(2) ? plainObject(draw) : claimsJson(draw),
  }),
  observe({ template, json }) {
    const claims = verdictOf(() => JSON.parse(json))
    if (!claims.startsWith('accepted {')) return { ways: {} }
    const filled = measured('fillTemplate', () => verdictOf(() => fillTemplate(template, JSON.parse(json))))
    const isLed = /(?:^|\/)\.{1,2}(?:[/?#]|$)/.test(filled.slice('accepted '.length)) && !template.includes('..')
    return { ways: { fillTemplate: isLed ? `THROWN ${filled}` : filled } }
  },
}

interface ValidatorInput {
  readonly headers: Headers
  readonly block: Block
  readonly time: number
}

const KEYS = { keys: [{ ...PRIVATE_JWKS.HS256, alg: 'HS256' }] }
const CONFIG = { alg: 'HS256', jwk_local_path: 'keys.json' }
const readFile = async () => new TextEncoder().encode(JSON.stringify(KEYS))

export const validatorTarget: Target<ValidatorInput> = {
  name: 'validator',
  share: 18,
  outside: ['headers'],

  draw(draw) {
    const header = draw.once(3) ? headerJson(draw, 'HS256') : '{"alg":"HS256"}'
    const claims = draw.once(4) ? plainObject(draw) : claimsJson(draw)
    return {
      headers: headers(draw, token(draw, 'HS256', header, claims)),
      block: block(draw),
      time: NOW + draw.pick([0, 0.001, 0.9994, 0.9996, 0.5]),
    }
  },

  async observe({ headers, block, time }) {
    const validator = await createAuthValidator({ ...CONFIG, ...block } as never, { readFile, now: () => time })
    const decide = async () => {
      const verdict = await validator.validate({ headers })
      if (verdict.ok) return { setHeaders: verdict.setHeaders, removeHeaders: verdict.removeHeaders }
      const { error } = verdict
      // What is no JoseError has been wrapped into one.
      throw error.cause instanceof Error && !(error.cause instanceof JoseError) ? error.cause : error
    }
    return {
      ways: { validate: await measured('validate', () => verdictSoon(decide)) },
      reference: referenceOf(() => validate(headers, importSet(KEYS, { algorithms: ['HS256'] }), block, time)),
    }
  },
}
