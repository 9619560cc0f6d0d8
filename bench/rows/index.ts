import type { Row } from '../core/context.ts'
import { signAsync, signSync, signTogether } from './sign.ts'
import { verifyAsync, verifySync, verifyTogether } from './verify.ts'

export const ROWS: readonly Row[] = [verifySync, signSync, verifyAsync, signAsync, verifyTogether, signTogether]
