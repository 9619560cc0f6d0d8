import { hold } from '../core/contest.ts'
import type { Row } from '../core/context.ts'
import type { TestKey } from '../core/keys.ts'
import type { Operation, Peer } from '../core/peer.ts'

/** From the form in which a key is published to the form in which it verifies. */
export const imports: Row = {
  id: 'import',
  quick: [],
  async *measure(context) {
    for (const alg of ['HS256', 'RS256', 'ES256', 'EdDSA'] as const) {
      if (!context.algs.includes(alg)) continue
      const key = await context.keyOf(alg)
      const contest = {
        row: 'import',
        subject: alg,
        title: `import a ${alg} key (a JWK; fast-jwt: ${alg === 'HS256' ? 'octets' : 'PEM'})`,
        pace: 'awaited',
        supply: (count: number) => Array.from({ length: count }, () => copyKey(key)),
        enter: (peer: Peer) => peer.importKey?.(),
        check: async (_: Peer, operation: Operation) => void (await operation.run(copyKey(key) as never)),
      } as const
      yield await hold(contest, context)
    }
  },
}

/** New objects, as out of a parser: nobody can know them already. */
function copyKey(key: TestKey): TestKey {
  return { ...key, publicJwk: { ...key.publicJwk } }
}
