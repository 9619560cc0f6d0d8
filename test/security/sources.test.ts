import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { titleOf } from './catalogue.ts'

// What no token shows, read in the sources: how secrets are compared, and that the forger is nobody's relative.

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const SOURCES = readdirSync(new URL('../../src/', import.meta.url), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, code: withoutComments(read(`src/${name}`)) }))

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '')
}

/** From the line that declares it to the brace that ends it. */
function bodyOf(file: string, name: string): string {
  const code = SOURCES.find((source) => source.name === file)?.code ?? ''
  const body = new RegExp(`^function ${name}\\(.*?^}`, 'ms').exec(code)?.[0]
  if (body === undefined) throw new Error(`${file} has no function ${name}`)
  return body
}

describe(titleOf(40), () => {
  const comparison = bodyOf('backend/node.ts', 'equalsSecret')

  test('the comparison of MACs goes to the end, whatever it finds', () => {
    expect(comparison).toMatch(/for \(let index = 0; index < secret\.length; index\+\+\)/)
    expect(comparison).toMatch(/difference \|= text\.charCodeAt\(index\) \^ secret\.charCodeAt\(index\)/)
    expect(comparison.match(/\breturn\b/g)).toEqual(['return'])
    expect(comparison).not.toMatch(/\b(if|break|continue|throw|switch|while)\b|&&|\|\||\?|every|some|includes/)
  })

  test('it is the only one, and what the secret is compared with is a MAC made anew', () => {
    const uses = SOURCES.flatMap(({ name, code }) => (code.includes('equalsSecret(') ? [name] : []))
    expect(uses).toEqual(['backend/node.ts'])
    expect(bodyOf('backend/node.ts', 'hmac')).toContain('equalsSecret(signature, signSync(input))')
  })

  test('nothing secret is compared in another way', () => {
    const name = '(?:mac|hmac|secret|digest|signature|unwrapped|wrappedKey)'
    const equal = '[=!]==?'
    const suspicious = [
      // By an operator, though not with `undefined`, and not by its length or one octet of public form.
      new RegExp(`\\b${name} ${equal} (?!undefined\\b)`),
      new RegExp(`${equal} ${name}\\b(?![.[(])`),
      new RegExp(`\\b${name}\\.(?:equals|includes|startsWith|endsWith|indexOf|localeCompare)\\(`),
      new RegExp(`\\.(?:equals|includes|startsWith|endsWith|indexOf|localeCompare)\\(${name}\\b`),
    ]
    const suspects = SOURCES.flatMap(({ name: file, code }) =>
      code
        .split('\n')
        .flatMap((line) => (suspicious.some((form) => form.test(line)) ? [`${file}: ${line.trim()}`] : [])),
    )
    expect(suspects).toEqual([])
  })

  test('on WebCrypto the platform compares', () => {
    const web = SOURCES.find(({ name }) => name === 'backend/web.ts')?.code
    expect(web).toContain('subtle().verify(')
    expect(web).not.toMatch(/digest.*===|charCodeAt/)
  })
})

describe('the forger', () => {
  test.each(['test/forge.ts', 'test/forge-rsa.ts'])('%s takes node:crypto, and nothing of the library', (path) => {
    const code = withoutComments(read(path))
    const imports = [...code.matchAll(/^import (type )?.* from '(.*)'$/gm)]
    expect(imports.length).toBe(code.match(/\bimport\b/g)?.length)
    for (const [, type, specifier] of imports) {
      expect(type ? ['./forge.ts'] : ['node:crypto']).toContain(specifier)
    }
  })
})

describe('what would let a token decide about its keys', () => {
  test('R7: nothing reads "jwk", "jku", "x5u" or "x5c" of a header, but "jwk" of a proof', () => {
    const reading = /(header|token|jws)\.(jwk|jku|x5u|x5c)\b|own\(\w+, '(jwk|jku|x5u|x5c)'\)/g
    for (const { name, code } of SOURCES) {
      const expected = name === 'profiles/dpop.ts' ? ["own(header, 'jwk')"] : []
      expect(code.match(reading) ?? [], name).toEqual(expected)
    }
  })

  test('R1: no algorithm is made of a text, and none is called "none"', () => {
    for (const { name, code } of SOURCES) expect(code, name).not.toMatch(/['"]none['"]|toUpperCase\(\)/)
  })

  test('R18: no pattern decides about a claim', () => {
    const claims = SOURCES.find(({ name }) => name === 'claims.ts')?.code ?? ''
    const patterns = claims.match(/\/[^/\n]+\/[a-z]*(?=[.),])/g) ?? []
    // The prefix of a media type is cut off before two are compared.
    expect(patterns.filter((pattern) => !pattern.includes('application'))).toEqual([])
    expect(claims).not.toMatch(/RegExp|\.match\(|\.search\(/)
  })
})
