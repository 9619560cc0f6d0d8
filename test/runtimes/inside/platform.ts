const PARAMETERS: Readonly<Record<string, object>> = {
  HS: { name: 'HMAC', hash: 'SHA-256' },
  RS: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  PS: { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521' },
  Ed: { name: 'Ed25519' },
}

/**
 * The algorithms that the platform itself does not have, by the beginnings of their names, asked for without the library.
 * Only about these may it say `ERR_ALG_UNSUPPORTED`.
 */
export async function missingAlgorithms(): Promise<string[]> {
  const missing: string[] = []
  for (const [alg, parameters] of Object.entries(PARAMETERS)) {
    try {
      await crypto.subtle.generateKey(parameters as EcKeyGenParams, false, ['sign', 'verify'])
    } catch {
      missing.push(alg)
    }
  }
  return missing
}
