import { decodeUnverified } from 'countersign'
import picocolors from 'picocolors'

const { FORCE_COLOR, NO_COLOR } = process.env
const color = picocolors.createColors(!NO_COLOR && (Boolean(FORCE_COLOR) || process.stdout.isTTY === true))

export function printHeading(title: string, lines: readonly string[]): void {
  console.log(`\n${color.bold(title)}`)
  for (const line of lines) console.log(color.dim(line))
}

export function printStep(number: number, title: string): void {
  console.log(`\n${color.cyan(String(number).padStart(2))}  ${color.bold(title)}`)
}

export function printRequest(request: string, headers: Readonly<Record<string, string>>): void {
  console.log(`    ${color.dim('→')} ${request}`)
  for (const [name, value] of Object.entries(headers)) console.log(color.dim(`      ${name}: ${shorten(value)}`))
}

export function printAnswer(status: number, details: readonly string[]): void {
  const paint = status < 300 ? color.green : color.yellow
  console.log(`    ${color.dim('←')} ${paint(String(status))}  ${details.join('  ')}`)
}

export function printJson(value: unknown): void {
  console.log(color.dim(`      ${JSON.stringify(value)}`))
}

/** What a token says, for the eye alone: nothing here is verified. */
export function printToken(name: string, token: string): void {
  const { header, payload } = decodeUnverified(token)
  const claims = JSON.parse(new TextDecoder().decode(payload))
  console.log(`      ${color.magenta(name)}  ${color.dim(shorten(token))}`)
  for (const [member, value] of [...Object.entries(header), ...Object.entries(claims)]) {
    const note = member === 'exp' ? color.dim(`  ${when(Number(value))}`) : ''
    console.log(`        ${member.padEnd(6)}${color.dim(JSON.stringify(value))}${note}`)
  }
}

export function printCheck(passed: boolean, expectation: string): void {
  console.log(passed ? `    ${color.green('✓')} ${expectation}` : `    ${color.red('✗')} ${color.red(expectation)}`)
}

export function printSummary(passed: number, failed: number): void {
  const text = `${passed} of ${passed + failed} steps gave what they must`
  console.log(`\n${failed === 0 ? color.green(text) : color.red(text)}\n`)
}

/** The ends of the three parts of a token, which is too long to read. */
function shorten(text: string): string {
  return text.replace(/[\w-]{24,}/g, (part) => `${part.slice(0, 10)}…${part.slice(-6)}`)
}

function when(seconds: number): string {
  const minutes = Math.round((seconds - Date.now() / 1000) / 60)
  const distance =
    Math.abs(minutes) < 120 ? `${Math.abs(minutes)} minutes` : `${Math.round(Math.abs(minutes) / 1440)} days`
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z, ${minutes < 0 ? `${distance} ago` : `in ${distance}`}`
}
