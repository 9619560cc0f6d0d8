import { describe, expect, test } from 'vitest'
import { JoseError } from '../../src/index.ts'
import {
  jwkFromCertificate,
  jwkFromPkcs1,
  jwkFromPkcs8,
  jwkFromSec1,
  jwkFromSpki,
  type PemOrDer,
} from '../../src/keys/index.ts'
import { seeded } from '../random.ts'

// Files that are nearly keys. A recorded P-256 key stands for all, so that this runs everywhere.

const SPKI =
  '3059301306072a8648ce3d020106082a8648ce3d0301070342000460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299'
const X = '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6'
const Y = '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299'

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'))
const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')

function pem(hex: string, label = 'PUBLIC KEY'): string {
  return `-----BEGIN ${label}-----\n${base64(hex).replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`
}

function refusal(read: () => unknown): JoseError {
  try {
    read()
  } catch (error) {
    expect(error).toBeInstanceOf(JoseError)
    return error as JoseError
  }
  throw new Error('it was read')
}

const READERS = { jwkFromSpki, jwkFromPkcs8, jwkFromPkcs1, jwkFromSec1, jwkFromCertificate }

test('the key is a good one', () => {
  const expected = {
    kty: 'EC',
    crv: 'P-256',
    x: Buffer.from(X, 'hex').toString('base64url'),
    y: Buffer.from(Y, 'hex').toString('base64url'),
  }
  for (const key of [
    octets(SPKI),
    pem(SPKI),
    pem(SPKI).replaceAll('\n', '\r\n'),
    `${pem(SPKI)}\n\n`,
    pem(SPKI).trimEnd(),
  ]) {
    expect(jwkFromSpki(key)).toEqual(expected)
  }
})

describe('PEM', () => {
  const good = pem(SPKI)
  const rows: readonly (readonly [title: string, text: string, message: RegExp])[] = [
    ['nothing', '', /one block/],
    ['words', 'secret', /one block/],
    ['a space before it', ` ${good}`, /one block/],
    ['a byte order mark before it', `\ufeff${good}`, /one block/],
    ['a comment before it', `# my key\n${good}`, /one block/],
    ['a comment behind it', `${good}my key`, /one block/],
    ['two of them', good + good, /one block|base64/],
    ['another label', pem(SPKI, 'PRIVATE KEY'), /label/],
    ['another label at its end', good.replace('END PUBLIC', 'END PRIVATE'), /one block/],
    ['a label in another case', good.replaceAll('PUBLIC KEY', 'Public Key'), /one block/],
    ['a header', good.replace('\n', '\nComment: mine\n\n'), /base64/],
    ['an empty line', good.replace('\n', '\n\n'), /base64/],
    ['junk between', good.replace('MFk', 'MF\u0141k'), /base64/],
    ['base64url', good.replaceAll('/', '_').replaceAll('+', '-'), /base64/],
    ['no padding where it is due', good.replace(/=+\n/, '\n'), /base64|DER/],
    ['an encrypted key', pem(SPKI, 'ENCRYPTED PRIVATE KEY'), /encrypted/],
    [
      'an encrypted key of the old form',
      good.replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n'),
      /encrypted/,
    ],
    ['100 KB', `-----BEGIN PUBLIC KEY-----\n${'A'.repeat(100_000)}\n-----END PUBLIC KEY-----\n`, /too long/],
  ]
  for (const [title, text, message] of rows) {
    test(title, () => {
      const error = refusal(() => jwkFromSpki(text))
      expect(error.code).toBe('ERR_JWK_INVALID')
      expect(error.message).toMatch(message)
      expect(error.message).not.toContain(base64(SPKI).slice(0, 12))
    })
  }

  test('what is neither PEM nor DER is a mistake of the programmer', () => {
    for (const given of [undefined, null, 5, {}, [good], new ArrayBuffer(8), Object(good)]) {
      for (const read of Object.values(READERS)) expect(() => read(given as unknown as PemOrDer)).toThrow(TypeError)
    }
  })

  test('a label is that of the form', () => {
    for (const [name, read] of Object.entries(READERS)) {
      if (name !== 'jwkFromSpki') expect(refusal(() => read(good)).message).toMatch(/label/)
    }
  })
})

describe('DER', () => {
  const rows: readonly (readonly [title: string, hex: string])[] = [
    ['nothing', ''],
    ['one octet', '30'],
    ['an octet behind it', `${SPKI}00`],
    ['an octet less', SPKI.slice(0, -2)],
    ['a length in two octets where one is enough', `308159${SPKI.slice(4)}`],
    ['a length in three octets where one is enough', `30820059${SPKI.slice(4)}`],
    ['an indefinite length', `3080${SPKI.slice(4)}0000`],
    ['a length of four octets', `3084000000${SPKI.slice(2)}`],
    ['a length beyond its end', `305a${SPKI.slice(4)}`],
    ['a set instead of a sequence', `31${SPKI.slice(2)}`],
    ['an unused bit', SPKI.replace('03420004', '03420104')],
    ['a compressed point', SPKI.replace('03420004', '03420002')],
    ['a hybrid point', SPKI.replace('03420004', '03420006')],
    ['the point at infinity', '3019301306072a8648ce3d020106082a8648ce3d03010703020000'],
    ['another curve', SPKI.replace('2a8648ce3d030107', '2a8648ce3d030106')],
    ['secp256k1', `3056301006072a8648ce3d020106052b8104000a03420004${X}${Y}`],
    ['an unknown algorithm', SPKI.replace('2a8648ce3d0201', '2a8648ce3d0202')],
    ['parameters written out', SPKI.replace('06082a8648ce3d030107', '30082a8648ce3d030107')],
    ['an object identifier with leading zeros', SPKI.replace('06072a8648ce3d0201', '0607802a8648ce3d02')],
    ['an object identifier that is cut off', SPKI.replace('2a8648ce3d0201', '2a8648ce3d0281')],
  ]
  for (const [title, hex] of rows) {
    test(title, () => {
      for (const key of [octets(hex), pem(hex)]) expect(refusal(() => jwkFromSpki(key)).code).toBe('ERR_JWK_INVALID')
    })
  }

  const RSA = (n: string, e = '0203010001'): string => {
    const content = `02${(n.length / 2).toString(16).padStart(2, '0')}${n}${e}`
    return `30${(content.length / 2).toString(16).padStart(2, '0')}${content}`
  }
  const numbers: readonly (readonly [title: string, hex: string])[] = [
    ['a negative modulus', RSA('80')],
    ['a modulus with a zero too many', RSA('007f')],
    ['an empty modulus', RSA('')],
    ['a third number', `${RSA('7f').replace('3008', '300b')}020101`],
    ['no exponent', RSA('7f', '')],
  ]
  for (const [title, hex] of numbers) {
    test(`PKCS#1: ${title}`, () => {
      expect(refusal(() => jwkFromPkcs1(pem(hex, 'RSA PUBLIC KEY'))).code).toBe('ERR_JWK_INVALID')
    })
  }

  test('PKCS#1: the numbers are their shortest octets', () => {
    expect(jwkFromPkcs1(pem(RSA('7f'), 'RSA PUBLIC KEY'))).toEqual({ kty: 'RSA', n: 'fw', e: 'AQAB' })
    expect(jwkFromPkcs1(octets(RSA('0080')))).toEqual({ kty: 'RSA', n: 'gA', e: 'AQAB' })
  })

  test('SEC 1: without a curve, without a point, with two curves', () => {
    const d = '01'.repeat(32)
    const point = `a144034200${'04'}${X}${Y}`
    const curve = 'a00a06082a8648ce3d030107'
    const file = (content: string) => `30${(content.length / 2).toString(16)}${content}`
    const good = file(`0201010420${d}${curve}${point}`)
    expect(jwkFromSec1(octets(good))).toMatchObject({ kty: 'EC', crv: 'P-256' })
    for (const bad of [
      file(`0201010420${d}${point}`),
      file(`0201010420${d}${curve}`),
      file(`0201020420${d}${curve}${point}`),
      file(`0201010420${d}${curve}${point}0500`),
      file(`0201010420${d}${point}${curve}`),
    ]) {
      expect(refusal(() => jwkFromSec1(octets(bad))).code).toBe('ERR_JWK_INVALID')
    }
  })
})

test('whatever the octets: a JWK, or ERR_JWK_INVALID', () => {
  const random = seeded(7)
  const good = octets(SPKI)
  for (let round = 0; round < 2000; round++) {
    const changed = Uint8Array.from(good)
    for (let change = random(3); change >= 0; change--) changed[random(good.length)] = random(256)
    const cut = random(4) === 0 ? changed.subarray(0, random(good.length)) : changed
    for (const read of Object.values(READERS)) {
      try {
        expect(read(cut).kty).toMatch(/^(EC|RSA|OKP)$/)
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_JWK_INVALID' })
      }
    }
  }
})
