/** A class of attack that is known from advisories against libraries for JOSE. */
export interface Attack {
  /** Its number here and in SECURITY.md. */
  readonly row: number
  readonly name: string
  /** The rules that stop it. */
  readonly rules: string
  /** Where it was seen, if it has a name. */
  readonly advisories?: string
}

function rows(...list: readonly (readonly [name: string, rules: string, advisories?: string])[]): Attack[] {
  return list.map(([name, rules, advisories], index) => ({
    row: index + 1,
    name,
    rules,
    ...(advisories && { advisories }),
  }))
}

/** Every class; each has its tests in this folder, on every path and in every runtime. */
export const CATALOGUE: readonly Attack[] = rows(
  ['"alg" none, in any case, unknown, or no string', 'R1', 'CVE-2022-23540, CVE-2026-28802'],
  ['stripped signature', 'R9'],
  ['empty or missing key', 'R3', 'GHSA-8wpc-h4q6-8fxv'],
  ['HMAC with a public key as the secret', 'R4', 'CVE-2015-9235, CVE-2026-22817'],
  ['sniffed string keys', 'R3', 'CVE-2023-48223, CVE-2022-29217'],
  ['empty or short HMAC key', 'R5', 'CVE-2026-44351'],
  ['keys in the header', 'R7', 'CVE-2018-0114, CVE-2026-27962'],
  ['"kid" tricks', 'R12'],
  ['a symmetric key in a set of public ones', 'R8'],
  ['"crit"', 'R13', 'CVE-2025-59420, CVE-2026-32597'],
  ['"b64": false in a JWT', 'R13', 'CVE-2026-48525'],
  ['zero signature', 'R14', 'CVE-2022-21449'],
  ['DER or odd-length ECDSA', 'R14'],
  ['PSS salt, RS taken for PS', 'R14'],
  ['PKCS#1 padding, length of the signature', 'R14'],
  ['weak RSA', 'R5', 'CVE-2017-15361'],
  ['point off the curve, short coordinate', 'R5', 'CVE-2017-16007'],
  ['"alg" against the curve or the type', 'R2'],
  ['"use", "key_ops", "alg" ignored', 'R6', 'CVE-2026-48523'],
  ['malleable base64url', 'R10', 'CVE-2022-25898'],
  ['more dots, white space, dot bomb', 'R9', 'CVE-2025-27144, CVE-2025-30204'],
  ['a token that is no string', 'R9'],
  ['members twice', 'R11'],
  ['invalid UTF-8, byte order mark', 'R11'],
  ['a header or payload that is no object', 'R11'],
  ['"__proto__" and "constructor"', 'R12'],
  ['types of NumericDates', 'R17', 'CVE-2026-25537'],
  ['options that are NaN', 'R19'],
  ['types of "aud"', 'R17, R18', 'CVE-2025-62610'],
  ['"iss" as an array or a part of a string', 'R17, R18', 'CVE-2025-30144, CVE-2024-53861'],
  ['one kind of token for another', 'R18', 'RFC 8725 §3.11'],
  ['"iat" in the future, or missing with "maxAge"', 'R18'],
  ['cache of verified tokens', 'R24', 'CVE-2026-35039'],
  ['flood of random "kid"s', 'R22', 'CVE-2026-48524'],
  ['failed refresh, withdrawn key', 'R22', 'GHSA-675f-rq2r-jw82'],
  ['one cache for two issuers', 'R22', 'CVE-2025-59936'],
  ['JWE where a JWS is due', 'R9', 'CVE-2023-51774, CVE-2026-29000'],
  ['JSON serialization where the compact one is due', 'R9', 'CVE-2022-39227'],
  ['huge, deeply nested', 'R11, R25', 'CVE-2025-53864'],
  ['timing of the comparison of MACs', 'R15', 'CVE-2026-21713'],
  ['leaking errors', 'top of the rules', 'CVE-2019-7644'],
  ['signing what nobody should verify', 'R20'],
)

/** The title under which the tests of a row stand. */
export function titleOf(row: number): string {
  const attack = CATALOGUE[row - 1]
  if (!attack) throw new Error(`there is no attack ${row}`)
  return `attack ${row} (${[attack.rules, attack.advisories].filter(Boolean).join('; ')}): ${attack.name}`
}
