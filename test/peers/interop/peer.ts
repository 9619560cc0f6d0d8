import type { Alg } from 'countersign'
import type { TestKey } from './keys.ts'

/** Another library, or a tool: what it signs must be good here, and what is signed here must be good there. */
export interface Peer {
  readonly name: string
  readonly algorithms: readonly Alg[]
  /** By the form of the key; `null` where the peer does not take the key in this form. */
  readonly forms: Readonly<Record<string, (key: TestKey) => Form | null>>
}

export interface Form {
  /** The token of {@link CLAIMS}; absent where the peer only verifies. */
  sign?(): Promise<string>
  /** @returns the claims; anything but a good token rejects */
  verify(token: string): Promise<unknown>
}

export const pem = ({ privateKey, publicKey }: TestKey) => ({
  private: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  public: publicKey.export({ type: 'spki', format: 'pem' }) as string,
})
