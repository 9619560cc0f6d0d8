import type { IncomingMessage } from 'node:http'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { JoseError } from '../errors.ts'
import { builtin } from '../runtime.ts'
import type { UrlLocation } from './config.ts'
import { type Host, readConfigFile } from './host.ts'
import type { Block } from './option-reader.ts'
import { noTls, type TlsSettings } from './tls-config.ts'

/** A `fetch` over Node's TLS with the options of `jwk_url`. It does what `compileFetch` asks of it, and no more. */
export async function createTlsFetch(
  block: Block,
  { tls }: UrlLocation & { readonly tls: TlsSettings },
  host: Host,
): Promise<typeof fetch> {
  const https = builtin<typeof import('node:https')>('node:https')
  const nodeTls = builtin<typeof import('node:tls')>('node:tls')
  const stream = builtin<typeof import('node:stream')>('node:stream')
  if (!https || !nodeTls || !stream) throw noTls(block)
  // Deno has the option and passes over it, so any suite would do.
  if (tls.ciphers.length > 0 && 'Deno' in globalThis) {
    throw new JoseError('ERR_CONFIG', `${block}: "cipher_suites" cannot be kept in Deno`)
  }
  const ca = tls.caPath === undefined ? undefined : await readCa(block, tls.caPath, host)
  const agent = new https.Agent({
    keepAlive: false,
    // Made once: to parse all the roots takes longer than a handshake.
    secureContext: nodeTls.createSecureContext({
      ...(ca !== undefined && { ca: [...nodeTls.rootCertificates, ca] }),
      ...(tls.ciphers.length > 0 && { ciphers: [...tls.ciphers, ...TLS_1_3].join(':') }),
    }),
    // Not even NODE_TLS_REJECT_UNAUTHORIZED=0 turns it off.
    rejectUnauthorized: true,
    // A resumed session comes without the certificates that the pins are about.
    maxCachedSessions: 0,
  })

  // Async, so that what throws in it (a status that no Response can have) is the request's failure.
  const toResponse = async (message: IncomingMessage): Promise<Response> => {
    const body = stream.Readable.toWeb(message) as unknown as ReadableStream
    const status = message.statusCode ?? 0
    const { 'content-type': type = '', 'cache-control': cacheControl = '' } = message.headers
    return new Response(NO_BODY.has(status) ? null : body, {
      status,
      headers: { 'content-type': type, 'cache-control': cacheControl },
    })
  }

  return (input, init) =>
    new Promise((resolve, reject) => {
      const signal = init?.signal ?? undefined
      const headers = Object.fromEntries(new Headers(init?.headers))
      const options = { agent, headers, ...(signal && { signal }) }
      const request = https.get(String(input), options, (message) => resolve(toResponse(message)))
      request.on('error', reject)
      request.on('socket', (socket) => {
        socket.once('secureConnect', () => {
          try {
            checkPins(socket as TLSSocket, tls.pins)
          } catch (error) {
            request.destroy(error as Error)
          }
        })
      })
    })
}

/** Go, and so KrakenD, always offers them. */
const TLS_1_3 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

const NO_BODY: ReadonlySet<number> = new Set([204, 205, 304])

async function readCa(block: Block, path: string, host: Host): Promise<string> {
  const where = `${block}: the file of "jwk_local_ca"`
  const pem = new TextDecoder().decode(await readConfigFile(where, path, host))
  const X509 = builtin<typeof import('node:crypto')>('node:crypto')?.X509Certificate
  try {
    // OpenSSL would pass over what is no certificate without a word.
    for (const certificate of pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? ['']) {
      if (X509) new X509(certificate)
    }
  } catch (cause) {
    throw new JoseError('ERR_CONFIG', `${where} holds no certificate in PEM`, { cause })
  }
  return pem
}

/** One pin must be that of a certificate from which the signatures lead down to the server's own. */
function checkPins(socket: TLSSocket, pins: readonly string[]): void {
  if (pins.length === 0) return
  const { X509Certificate, createHash } = builtin<typeof import('node:crypto')>(
    'node:crypto',
  ) as typeof import('node:crypto')
  // Of the two ways to ask, the one that also knows the root, which servers do not send.
  let peer: DetailedPeerCertificate = socket.getPeerCertificate(true)
  let certificate = new X509Certificate(peer.raw)
  for (;;) {
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
    if (pins.includes(createHash('sha256').update(spki).digest('base64url'))) return
    const issuer = peer.issuerCertificate
    if (!issuer || issuer.fingerprint256 === peer.fingerprint256) break
    const signer = new X509Certificate(issuer.raw)
    // A server may send certificates that signed nothing. They do not count.
    if (!certificate.verify(signer.publicKey)) break
    peer = issuer
    certificate = signer
  }
  throw new Error('no certificate of the chain has a pinned public key ("jwk_fingerprints")')
}
