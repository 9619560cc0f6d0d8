/** What every token says: no time of its own, so that both ways give the same. */
export const CLAIMS = {
  iss: 'https://id.example',
  aud: 'https://api.example',
  sub: 'Zoë',
  exp: 4_102_444_800,
  roles: ['reader', 'editor'],
}

/** The same signature under another payload, and the same payload under another signature. */
export function tamper(token: string): string[] {
  const [header, payload = '', signature = ''] = token.split('.')
  const otherPayload = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'mallory' })).toString('base64url')
  const bytes = Buffer.from(signature, 'base64url')
  bytes[10] = (bytes[10] ?? 0) ^ 1
  return [`${header}.${otherPayload}.${signature}`, `${header}.${payload}.${bytes.toString('base64url')}`]
}
