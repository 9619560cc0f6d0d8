import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

// What a page downloads: each set of functions bundled for browsers, minified, and compressed as servers do, beside the
// same of jose. Fails when one of ours has outgrown its limit.

interface Bundle {
  readonly name: string
  readonly ours: string
  /** Bytes, compressed. */
  readonly limit: number
  /** What does the same in jose; where nothing does, it is left out. */
  readonly theirs?: string
}

const BUNDLES: readonly Bundle[] = [
  {
    name: 'verify a JWT with a JWK',
    ours: "export { importVerificationKey, verifyJwt } from 'countersign'",
    limit: 8200,
    theirs: "export { importJWK, jwtVerify } from 'jose'",
  },
  {
    name: 'the same with a remote set',
    ours: "export { createRemoteJwks, verifyJwt } from 'countersign'",
    limit: 11_300,
    theirs: "export { createRemoteJWKSet, jwtVerify } from 'jose'",
  },
  {
    name: 'everything in countersign',
    ours: "export * from 'countersign'",
    limit: 13_200,
    theirs: "export * from 'jose'",
  },
  { name: 'everything in countersign/jws', ours: "export * from 'countersign/jws'", limit: 6600 },
  { name: 'everything in countersign/profiles', ours: "export * from 'countersign/profiles'", limit: 12_300 },
  { name: 'everything in countersign/gateway', ours: "export * from 'countersign/gateway'", limit: 20_300 },
]

interface Size {
  readonly minified: number
  readonly gzip: number
}

const BENCH = fileURLToPath(new URL('.', import.meta.url))
/** Where the package finds itself by its name. */
const PACKAGE = fileURLToPath(new URL('..', import.meta.url))

/** The condition `browser` leads esbuild to the files that a page gets. */
async function measure(code: string, resolveDir: string): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir },
    platform: 'browser',
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  const text = Buffer.concat(outputFiles.map(({ contents }) => contents))
  return { minified: text.length, gzip: gzipSync(text, { level: 9 }).length }
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1)
}

const rows = ['| for browsers, kB | minified | gzip | limit | jose, gzip |', '| --- | --- | --- | --- | --- |']
const tooLarge: string[] = []
for (const { name, ours, limit, theirs } of BUNDLES) {
  const { minified, gzip } = await measure(ours, PACKAGE)
  const other = theirs === undefined ? '' : kilobytes((await measure(theirs, BENCH)).gzip)
  rows.push(`| ${name} | ${kilobytes(minified)} | ${kilobytes(gzip)} | ${kilobytes(limit)} | ${other} |`)
  if (gzip > limit) tooLarge.push(`${name}: ${gzip} bytes, and the limit is ${limit}`)
}
console.log(rows.join('\n'))
if (tooLarge.length > 0) {
  console.error(`\nlarger than it may be:\n${tooLarge.join('\n')}`)
  process.exitCode = 1
}
