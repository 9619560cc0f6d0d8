import type { Target } from '../target.ts'
import { base64urlTarget } from './base64url.ts'
import { claimsTarget } from './claims.ts'
import { templateTarget, tokenSourceTarget, validatorTarget } from './gateway.ts'
import { durationTarget, goJsonTarget, goValuesTarget } from './go.ts'
import { jsonTarget } from './json.ts'
import { jwkTarget } from './jwk.ts'
import { jwksTarget } from './jwks.ts'
import { jwsTarget } from './jws.ts'
import { jwtTarget } from './jwt.ts'
import { serializationTarget } from './serialization.ts'
import { signTarget } from './sign.ts'

export const TARGETS: readonly Target[] = [
  ...[
    base64urlTarget,
    jsonTarget,
    jwsTarget,
    jwtTarget,
    claimsTarget,
    jwkTarget,
    jwksTarget,
    signTarget,
    serializationTarget,
  ],
  ...[durationTarget, goJsonTarget, goValuesTarget, tokenSourceTarget, templateTarget, validatorTarget],
] as unknown as readonly Target[]
