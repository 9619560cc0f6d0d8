import type { Policy } from './reference/claims.ts'

/** Where the library and another disagree about one input. */
export interface Disagreement {
  readonly target: string
  readonly between: 'jose' | 'reference'
  readonly ours: string
  readonly theirs: string
  /** The rule by which the reference refuses the input, where it does. */
  readonly rule: string
  readonly input: unknown
}

export interface Difference {
  readonly what: string
  readonly why: string
  matches(disagreement: Disagreement): boolean
}

/** jose accepts what the library refuses, and so does the reference, by one of these rules. */
function stricter(
  what: string,
  rules: RegExp,
  why: string,
  targets?: RegExp,
  isSo: (input: never, ours: string) => boolean = () => true,
): Difference {
  return {
    what: `jose accepts ${what}`,
    why,
    matches: ({ target, between, ours, theirs, rule, input }) =>
      between === 'jose' &&
      theirs.startsWith('accepted') &&
      !ours.startsWith('accepted') &&
      rules.test(rule) &&
      (targets?.test(target) ?? true) &&
      isSo(input as never, ours),
  }
}

/** jose refuses, with a message like this, what the library and the reference accept. */
function laxer(what: string, message: RegExp, why: string, isSo: (input: never) => boolean = () => true): Difference {
  return {
    what: `jose refuses ${what}`,
    why,
    matches: ({ between, ours, theirs, rule, input }) =>
      between === 'jose' &&
      ours.startsWith('accepted') &&
      rule === '' &&
      theirs.startsWith('refused') &&
      message.test(theirs) &&
      isSo(input as never),
  }
}

const isFractional = ({ policy }: { policy: Policy }): boolean => !Number.isInteger(policy.time)

const SERIALIZATION = /^serialization$/

const isGeneral = (input: unknown): boolean => (input as { form?: string }).form === 'general'
const mustAll = (input: unknown): boolean => (input as { require?: string }).require === 'all'

function isUnassigned({ text, payload }: { readonly text?: string; readonly payload?: string }): boolean {
  return text !== undefined && /\p{Cn}/u.test(payload ?? String(JSON.parse(text).payload))
}

/** RFC 7515 A.2 prints a key of 2048 bits. */
function isShortRsa({ token = '', alg = '' }: { readonly token?: string; readonly alg?: string }): boolean {
  const signature = Buffer.from(token.slice(token.lastIndexOf('.') + 1), 'base64url')
  return /^[RP]S/.test(alg) && signature.length < 256
}

type Members = Readonly<Record<string, unknown>>

interface Keyed {
  readonly alg?: string
  readonly jwk?: Members
  readonly set?: { readonly keys: readonly Members[] }
}

/** Whether a key has what the library does not look at, and WebCrypto does. */
function hasMore({ jwk, set }: Keyed): boolean {
  return (jwk ? [jwk] : (set?.keys ?? [])).some(({ d, priv, key_ops, oth }) =>
    [d, priv, key_ops, oth].some((each) => each !== undefined),
  )
}

/** Whether the key of an input may be one of Ed448. */
function isEd448({ alg, jwk, set }: Keyed): boolean {
  return alg === 'Ed448' || [jwk, ...(set?.keys ?? [])].some((each) => each?.crv === 'Ed448')
}

/** What is known, and meant. Everything else is a finding. */
export const DIFFERENCES: readonly Difference[] = [
  stricter('base64url that is not canonical', /^R10$/, 'R10: one text for each octet string'),
  stricter('a member twice', /^R11 member twice$/, 'R11: which of the two counts depends on who reads'),
  stricter('a name that is one escape', /^R11 escaped name$/, 'R11: some engines misread it'),
  stricter('a byte order mark', /^R11 byte order mark$/, 'R11: RFC 8259 §8.1 forbids it to those who write'),
  stricter('what is not UTF-8', /^R11 UTF-8$/, 'R11: it would be read as U+FFFD, as much else would'),
  stricter('deep nesting', /^R11 depth$/, 'R11: 64 levels are enough for claims'),
  stricter('long tokens', /^R9 length$|^R25 header$/, 'R9, R25: what a forgery may cost is bounded'),
  stricter('header parameters of other types', /^RFC 7515 §4\.1 types$/, 'RFC 7515 §4.1 gives them their types'),
  stricter('"b64" that is not true, outside of "crit"', /^R13 b64$/, 'R13: whoever heeds it reads another payload'),
  stricter('"crit" with names twice, or of registered parameters', /^R13 form$/, 'R13: RFC 7515 §4.1.11 forbids it'),
  stricter('registered claims of other types', /^R17$/, 'R17: RFC 7519 §4.1 gives them their types'),
  {
    ...stricter('tokens within the second in which they expire', /^§4\.1\.4$|^R18$/, 'its clock has whole seconds'),
    matches: ({ between, ours, theirs, input }) =>
      between === 'jose' &&
      theirs.startsWith('accepted') &&
      ours.startsWith('ERR_JWT_EXPIRED') &&
      isFractional(input as { policy: Policy }),
  },
  stricter('keys without asking what they are for', /^R6/, 'R6: import is for signing or for verifying', /^jwks?$/),
  stricter('keys without an algorithm, or with another', /^R[124]\b|^alg$/, 'R2: a key has one algorithm', /^jwks?$/),
  stricter('members of a key that have the wrong form', /^(?:R5|use$|kid$)/, 'R5: checked when imported', /^jwks?$/),
  stricter('sets in which an id comes twice, or of which no key is good', /^R8 twice$|^R23 none$/, 'R8, R23', /^jwks$/),
  stricter(
    'RSA signatures that lack a leading zero octet',
    /^R14$/,
    'RFC 8017 §8.1.2: as long as the modulus',
    /^jw[st]$/,
    isShortRsa,
  ),
  stricter('empty headers', /^§7\.2\.1 (?:header|protected)$/, 'RFC 7515 §7.2.1: absent, then', SERIALIZATION),
  stricter(
    'both JSON serializations at once',
    /^§7\.2\.2 two forms/,
    'which of them counts depends on who reads',
    SERIALIZATION,
  ),
  stricter(
    '"b64" outside of the protected header',
    /^R13 unprotected$/,
    'RFC 7797 §3: it must be protected',
    SERIALIZATION,
  ),
  stricter(
    'a signature beside others that are malformed, or two alike',
    /./,
    'RFC 7515 §5.2: the form of all',
    SERIALIZATION,
    (input, ours) => isGeneral(input) && /^ERR_(?:JWS_INVALID|CRIT|BASE64URL)/.test(ours),
  ),
  stricter('one of several signatures where all must verify', /./, 'an option that it has not', SERIALIZATION, mustAll),

  laxer(
    'tokens within the second in which they begin',
    /"(?:nbf|iat)" claim timestamp/,
    'its clock has whole seconds',
    isFractional,
  ),
  laxer('keys whose algorithm follows from the curve', /"alg" argument is required/, 'R2: the curve says it'),
  laxer(
    'members of a key that are not looked at',
    /Invalid keyData|Invalid JWK|Unsupported key usage|importKey|DataError|convert object to primitive/i,
    'only the public half is used, and only what its type and its use need',
    hasMore,
  ),
  laxer(
    'unencoded payloads with code points that are not assigned',
    /unassigned|signature verification failed/,
    "which they are depends on the platform's Unicode, so that two verifiers would disagree",
    isUnassigned,
  ),
  laxer('Ed448', /unsupported|not supported|no applicable key/i, 'it does not have it', isEd448),
  laxer('several keys that fit', /multiple matching keys/, 'R8: at most 4 are tried'),
  laxer('sets of secrets', /Unsupported "alg" value for a JSON Web Key Set/, 'R8: a local set may have them'),
  laxer('sets of private keys', /members must be public keys/, 'the public half alone is used'),

  {
    what: 'Go takes a duration of just as many nanoseconds as 64 bits hold',
    why: 'seconds are floating-point numbers here, and nobody waits for 292 years',
    matches: ({ target, between, rule }) =>
      target === 'duration' && between === 'reference' && Math.abs(Math.abs(Number(rule)) - 2 ** 63) < 2048,
  },
]
