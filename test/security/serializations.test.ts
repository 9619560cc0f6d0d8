import { expect } from 'vitest'
import { verifyFlattened, verifyGeneral } from '../../src/jws/index.ts'
import { forgeSignature, PAYLOAD } from '../jws/forms.ts'
import { ASYNCHRONOUS_PATHS } from '../paths.ts'
import { keyOf, verdictOf } from '../verdict.ts'
import { describeOn, testEach } from './attack.ts'

// The JSON serializations, where a payload stands for itself and several signatures may be over it.

const HEADER = { alg: 'HS256' }

/** What lenient decoders take for the payload: letters of none, and letters of base64url that are not canonical. */
const NO_LETTERS: readonly (readonly [title: string, payload: string])[] = [
  ['padded', `${PAYLOAD}=`],
  ['with a line feed behind it', `${PAYLOAD}\n`],
  ['with a space in it', `${PAYLOAD.slice(0, 4)} ${PAYLOAD.slice(4)}`],
  ['letters of the other alphabet', `+/+/${PAYLOAD.slice(4)}`],
  ['a letter beyond Latin-1, which backends hash unlike', `${PAYLOAD}\u0169`],
  ['a letter beyond Latin-1 whose low octet is one', `${PAYLOAD.slice(0, -1)}\u0149`],
]
const NOT_CANONICAL: readonly (readonly [title: string, payload: string])[] = [
  ['a bit that is not used', PAYLOAD.replace(/I$/, 'J')],
  ['a length that none has', `${PAYLOAD}AA`],
]

/** Of no algorithm: where all must verify it decides, unless the form of the payload has. */
const UNKNOWN = { ...forgeSignature(HEADER, PAYLOAD), protected: 'eyJhbGciOiJYWDI1NiJ9', signature: 'AAAA' }

describeOn(ASYNCHRONOUS_PATHS, 20, (path) => {
  const key = keyOf('HS256', path)
  for (const [rows, beside] of [
    [NO_LETTERS, [UNKNOWN]],
    [NOT_CANONICAL, []],
  ] as const) {
    testEach(
      rows.map(([title, payload]) => [`the payload of a JSON serialization, signed: ${title}`, payload] as const),
      async (payload) => {
        const good = forgeSignature(HEADER, payload)
        expect(await verdictOf(() => verifyFlattened({ payload, ...good }, key))).toBe('ERR_BASE64URL')
        for (const demanded of ['any', 'all'] as const) {
          const verify = () => verifyGeneral({ payload, signatures: [good, ...beside] }, key, { require: demanded })
          expect(await verdictOf(verify)).toBe('ERR_BASE64URL')
        }
      },
    )
  }
})
