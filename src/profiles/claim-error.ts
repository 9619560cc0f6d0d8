import { JoseError } from '../errors.ts'

export function claimError(claim: string, message: string): JoseError {
  return new JoseError('ERR_JWT_CLAIM', message, { claim })
}
