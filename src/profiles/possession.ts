import { type Claims, missing } from '../claims.ts'
import { JoseError } from '../errors.ts'
import type { Alg } from '../jwa.ts'
import { booleanOption, ownOptions, stringOption, stringsOption } from '../options.ts'
import { type RequestLike, readHeaders } from '../request.ts'
import { claimError } from './claim-error.ts'
import { checkCertificateBinding, confirmationOf } from './confirmation.ts'
import { createDpopVerifier, type DpopOptions } from './dpop.ts'
import { normalizeTarget } from './target-uri.ts'

/** A token that is good in every other way, and the request that presents it. */
export interface PresentedToken {
  /** Its text. */
  readonly token: string
  /** The scheme under which it came; `Bearer` also where it came without one, or in a cookie. */
  readonly scheme: 'Bearer' | 'DPoP'
  /** Its claims, as they have been verified. */
  readonly claims: Claims
  /** The request. */
  readonly request: RequestLike
}

/** Whether who presents a token is who it was issued to. For the gateway's option `possession`. */
export interface PossessionCheck {
  /** Whether tokens may come under the scheme `DPoP`. */
  readonly takesDpop: boolean
  /** Rejects where the token is not the presenter's. */
  check(presented: PresentedToken): Promise<void>
}

/** How tokens that are bound to a key are taken. */
export interface DpopCheckOptions extends DpopOptions {
  /** The scheme, host and port by which clients know this server, such as `https://api.example`. Default: those of `url`, which is absolute then. */
  origin?: string
  /** Whether every token must be bound. Default: no; one that is not bound is a bearer token. */
  required?: boolean
}

/**
 * Asks for a DPoP proof with each token that is bound to a key, and does not take one of those as a bearer token
 * (RFC 9449 §7).
 *
 * @throws TypeError for wrong options; the check rejects with the JoseErrors of `createDpopVerifier`, and with
 * `ERR_TOKEN_MISSING` when there is no proof
 * @example
 * const possession = createDpopCheck({ origin: 'https://api.example' })
 * const validator = await createAuthValidator(config, { ...accessTokenChecks(), possession })
 */
export function createDpopCheck(options: DpopCheckOptions = {}): PossessionCheck {
  const { origin: given, required, ...others } = ownOptions(options, DPOP_OPTIONS)
  const origin = originOption(given)
  const isRequired = booleanOption('required', required)
  const verifyProof = createDpopVerifier(others)
  return {
    takesDpop: true,
    async check({ token, scheme, claims, request }) {
      const isBound = confirmationOf(claims, 'jkt') !== undefined
      if (!isBound && (isRequired || scheme === 'DPoP')) throw missing('cnf')
      if (!isBound) return
      if (scheme !== 'DPoP') throw claimError('cnf', 'the token is bound to a key, and comes as a bearer token')
      const proofs = readHeaders(request.headers, 'dpop')
      const [proof] = proofs
      if (proof === undefined) throw new JoseError('ERR_TOKEN_MISSING', 'the request carries no proof of possession')
      // RFC 9449 §4.3, step 1. Where the runtime has joined two, there is a comma, and no proof has one.
      if (proofs.length > 1) throw ofProof(new JoseError('ERR_JWS_INVALID', 'the request carries two proofs'))
      const proven = { method: request.method as string, url: addressOf(request, origin) }
      try {
        await verifyProof(proof, { ...proven, accessToken: { token, claims } })
      } catch (error) {
        throw ofProof(error)
      }
    },
  }
}

const DPOP_OPTIONS = new Set([
  ...['origin', 'required'],
  ...['algorithms', 'maxAge', 'clockTolerance', 'replayStore', 'isNonce', 'now'],
])

function originOption(origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined
  if (
    typeof origin === 'string' &&
    /^https?:\/\//.test(origin) &&
    URL.canParse(origin) &&
    new URL(origin).origin === origin
  ) {
    return origin
  }
  throw new TypeError('option "origin" must be a scheme, a host and perhaps a port, such as https://api.example')
}

function addressOf({ url }: RequestLike, origin: string | undefined): string {
  if (typeof url !== 'string') throw new TypeError('the request has no address')
  // Put together as text: resolved, an address such as "//evil.example/" would change the host.
  if (origin === undefined) return url
  const address = origin + url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/^(?!\/)/, '/')
  // Whatever stood in the request line: no proof can be for that.
  if (normalizeTarget(address) === undefined) throw ofProof(claimError('htu', 'the address of the request is none'))
  return address
}

/** Errors of proofs, and not of the tokens that they go with. */
const PROOF_ERRORS = new WeakSet<JoseError>()

function ofProof(error: unknown): unknown {
  if (error instanceof JoseError && error.claim !== 'cnf') PROOF_ERRORS.add(error)
  return error
}

/** What a challenge says beside the error. */
export interface DpopChallengeOptions {
  /** The protected space. */
  realm?: string
  /** The algorithms that proofs may have. */
  algorithms?: readonly Alg[]
}

/**
 * The challenge for a client whose token or proof has been refused with 401 (RFC 9449 §7.1, §9), for `WWW-Authenticate`. One
 * that needs a nonce is told so; the nonce itself goes into the header `DPoP-Nonce`.
 *
 * @example
 * response.setHeader('www-authenticate', dpopChallenge(verdict.error, { algorithms: ['ES256'] }))
 */
export function dpopChallenge(error: JoseError, options: DpopChallengeOptions = {}): string {
  const { realm, algorithms } = ownOptions(options, CHALLENGE_OPTIONS)
  const algs = stringsOption('algorithms', algorithms, [])
  if (realm !== undefined && !/^[ !#-[\]-~]*$/.test(realm)) {
    throw new TypeError('option "realm" must be printable ASCII without quotes and backslashes')
  }
  const code = codeOf(error)
  const parameters = [
    ...(realm === undefined ? [] : [`realm="${realm}"`]),
    ...(code === undefined ? [] : [`error="${code}"`]),
    ...(algs.length === 0 ? [] : [`algs="${algs.join(' ')}"`]),
  ]
  return ['DPoP', parameters.join(', ')].filter(Boolean).join(' ')
}

const CHALLENGE_OPTIONS = new Set(['realm', 'algorithms'])

function codeOf(error: JoseError): string | undefined {
  if (error.claim === 'nonce') return 'use_dpop_nonce'
  if (PROOF_ERRORS.has(error) || CLAIMS_OF_PROOFS.includes(error.claim)) return 'invalid_dpop_proof'
  return error.code === 'ERR_TOKEN_MISSING' ? undefined : 'invalid_token'
}

/** No token has these. */
const CLAIMS_OF_PROOFS: readonly (string | undefined)[] = ['htm', 'htu', 'ath']

/** How tokens that are bound to a certificate are taken. */
export interface CertificateCheckOptions {
  /**
   * The thumbprint of the certificate with which the client has authenticated itself, as `certificateThumbprint` makes it;
   * `undefined` when there was none. Who terminates TLS knows.
   */
  thumbprint: (request: RequestLike) => string | undefined | Promise<string | undefined>
  /** Whether every token must be bound. Default: no. */
  required?: boolean
}

/**
 * Takes tokens that are bound to a certificate only from clients that have it (RFC 8705 §3).
 *
 * @throws TypeError for wrong options; the check rejects with JoseError `ERR_JWT_CLAIM` with the claim `cnf`
 */
export function createCertificateCheck(options: CertificateCheckOptions): PossessionCheck {
  const { thumbprint, required } = ownOptions(options, CERTIFICATE_OPTIONS)
  if (typeof thumbprint !== 'function') throw new TypeError('option "thumbprint" must be a function')
  const isRequired = booleanOption('required', required)
  return {
    takesDpop: false,
    async check({ claims, request }) {
      if (confirmationOf(claims, 'x5t#S256') === undefined) {
        if (isRequired) throw missing('cnf')
        return
      }
      const presented = stringOption('thumbprint', (await thumbprint(request)) || undefined)
      if (presented === undefined)
        throw claimError('cnf', 'the token is bound to a certificate, and the client has none')
      checkCertificateBinding(claims, presented)
    },
  }
}

const CERTIFICATE_OPTIONS = new Set(['thumbprint', 'required'])
