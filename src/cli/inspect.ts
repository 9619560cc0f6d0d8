import { decodeUtf8, encodeBase64url } from '../base64url.ts'
import { decodeUnverified } from '../jws.ts'
import { systemClock } from '../options.ts'
import type { Command } from './command.ts'
import { readArgument } from './input.ts'
import { listOf, listOfPayload } from './output.ts'

export const inspect: Command = {
  summary: 'show what a token says, without verifying it',
  usage: '[TOKEN]',
  options: {},
  examples: ['inspect eyJhbGciOi...', 'pbpaste | countersign inspect'],

  async run(given) {
    const { header, payload: octets } = decodeUnverified(await readArgument('token', given))
    const payload = readPayload(octets)
    const human = [
      'UNVERIFIED: anyone may have written this',
      listOf('header', header),
      listOfPayload(payload, systemClock()),
    ]
    return { human: human.join('\n'), json: { verified: false, header, payload } }
  },
}

/** JSON where it is any that can be written again, else text, else base64url. */
function readPayload(octets: Uint8Array): unknown {
  let text: string
  try {
    text = decodeUtf8(octets)
  } catch {
    return encodeBase64url(octets)
  }
  try {
    // The reviver walks the value: what is nested too deeply for JSON.stringify ends here, and is shown as text.
    return JSON.parse(text, (_, value) => value)
  } catch {
    return text
  }
}
