import type { Row } from '../core/context.ts'
import { cached } from './cached.ts'
import { forgery } from './forgery.ts'
import { imports } from './import.ts'
import { keySets } from './set.ts'
import { signAsync, signSync, signTogether } from './sign.ts'
import { sizes } from './size.ts'
import { verifyAsync, verifySync, verifyTogether } from './verify.ts'

/** The rows that run in every runtime. */
export const ROWS: readonly Row[] = [
  verifySync,
  signSync,
  verifyAsync,
  signAsync,
  verifyTogether,
  signTogether,
  keySets,
  cached,
  sizes,
  imports,
  forgery,
]
