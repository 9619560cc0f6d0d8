import { JoseError } from '../errors.ts'
import { builtin } from '../runtime.ts'
import type { FileLocation } from './config.ts'
import type { Host } from './host.ts'

const NONCE_LENGTH = 12
const TAG_LENGTH = 16

/**
 * Decrypts a key file as KrakenD does: a nonce of 12 octets, then AES-256-GCM's ciphertext and tag. The AES key is the
 * text of the MD5, in lower-case hexadecimal, of the key that the keeper at `secret_url` unwraps.
 */
export async function decryptKeyFile(
  where: string,
  file: Uint8Array,
  { url, wrappedKey }: NonNullable<FileLocation['secret']>,
  { unwrapKey }: Host,
): Promise<Uint8Array> {
  const failed = (problem: string, cause?: unknown) => new JoseError('ERR_CONFIG', `${where} ${problem}`, { cause })
  if (!unwrapKey) {
    throw failed(
      url.startsWith('base64key:')
        ? 'is encrypted under base64key:, which wraps with NaCl secretbox; the platform has none, so the option "unwrapKey" is needed'
        : 'is encrypted, and only the option "unwrapKey" can ask the keeper at "secret_url" for its key',
    )
  }
  const crypto = builtin<typeof import('node:crypto')>('node:crypto')
  if (!crypto) throw failed('is encrypted under an MD5, which only node:crypto has')
  let unwrapped: Uint8Array
  try {
    unwrapped = await unwrapKey(url, wrappedKey)
  } catch (cause) {
    throw failed('is encrypted, and "unwrapKey" failed', cause)
  }
  if (!(unwrapped?.length > 0)) throw failed('is encrypted, and "unwrapKey" gave no key')
  try {
    const key = crypto.createHash('md5').update(unwrapped).digest('hex')
    const decipher = crypto.createDecipheriv('aes-256-gcm', key, file.subarray(0, NONCE_LENGTH), {
      authTagLength: TAG_LENGTH,
    })
    decipher.setAuthTag(file.subarray(file.length - TAG_LENGTH))
    const start = decipher.update(file.subarray(NONCE_LENGTH, file.length - TAG_LENGTH))
    return new Uint8Array([...start, ...decipher.final()])
  } catch (cause) {
    throw failed('cannot be decrypted with the key that "unwrapKey" gave', cause)
  }
}
