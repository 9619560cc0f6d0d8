import type { TestKey } from './keys.ts'
import type { Operation, Peer } from './peer.ts'
import { makeClaims, readToken, signToken, type TestClaims } from './tokens.ts'

/** A row whose contestants do not do the same is not measured. */
class WrongAnswer extends Error {}

/** Makes sure that good tokens are accepted, with their claims, and each kind of bad one refused. */
export async function checkVerification(
  peer: Peer,
  operation: Operation,
  tokens: readonly string[],
  key: TestKey,
): Promise<void> {
  for (const token of tokens.slice(0, 3)) {
    const expected = JSON.parse(atob((token.split('.')[1] as string).replaceAll('-', '+').replaceAll('_', '/')))
    const claims = (await perform(operation, token)) as TestClaims
    for (const name of ['sub', 'jti', 'exp'] as const)
      if (claims[name] !== expected[name]) throw new WrongAnswer(`${peer.name} gave a wrong "${name}"`)
  }
  const claims = makeClaims(0)
  const good = await signToken(claims, key)
  const bad: Record<string, string> = {
    'a changed signature': changeCharacter(good, good.lastIndexOf('.') + 10),
    'a changed payload': changeCharacter(good, good.indexOf('.') + 30),
  }
  if (!peer.ignoresClaims) {
    bad['an expired token'] = await signToken({ ...claims, exp: claims.iat - 3600 }, key)
    bad['another issuer'] = await signToken({ ...claims, iss: 'https://other.example' }, key)
    bad['another audience'] = await signToken({ ...claims, aud: 'https://other.example' }, key)
  }
  for (const [what, token] of Object.entries(bad)) {
    const isRefused = await perform(operation, token).then(
      () => false,
      () => true,
    )
    if (!isRefused) throw new WrongAnswer(`${peer.name} accepts ${what}`)
  }
}

/** Makes sure that the token is a good one, with all the claims. */
export async function checkSigning(peer: Peer, operation: Operation, key: TestKey): Promise<void> {
  const claims = makeClaims(7)
  const token = (await perform(operation, claims)) as string
  const signed = await readToken(token, key)
  for (const [name, value] of Object.entries(claims))
    if (signed[name as keyof TestClaims] !== value) throw new WrongAnswer(`${peer.name} signed a wrong "${name}"`)
}

async function perform({ prepare, run, read }: Operation, given: unknown): Promise<unknown> {
  const outcome = await run((prepare ? prepare(given as never) : given) as never)
  return read ? read(outcome as never) : outcome
}

function changeCharacter(token: string, index: number): string {
  return `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`
}
