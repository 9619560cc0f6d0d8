import type { Case } from '../verdict.ts'
import { CLAIMS, PAYLOADS, TYP } from './claims.ts'
import { BASE64URL, FORM, LENGTH } from './form.ts'
import { ALG, CRIT_FORM, EXTENSIONS, JSON_FORM, MEMBER_TYPES } from './header.ts'
import { CONFUSIONS, FITTING_TRIES, HEADER_KEYS, NO_KEYS, OTHER_ALGORITHMS, SIGNATURES, TRIES } from './keys.ts'

/** Every token of the tests with its verdict. */
export const ALL: readonly Case[] = [
  ...[...FORM, ...LENGTH, ...BASE64URL],
  ...[...ALG, ...JSON_FORM, ...MEMBER_TYPES, ...CRIT_FORM, ...EXTENSIONS],
  ...[...OTHER_ALGORITHMS, ...CONFUSIONS, ...SIGNATURES, ...HEADER_KEYS, ...TRIES, ...FITTING_TRIES, ...NO_KEYS],
  ...[...CLAIMS, ...TYP, ...PAYLOADS],
]

export const REFUSALS: readonly Case[] = ALL.filter(({ verdict }) => verdict !== 'accepted')
