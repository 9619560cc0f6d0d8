// Every example that a user may copy: the README's code, and the `@example` of each doc comment in the declarations.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @returns by their names: `README: <heading>`, numbered where a section has several, and `@example of <function>` */
export function findExamples(readme, declarations) {
  const examples = new Map()
  const add = (name, code) => {
    const namesakes = [...examples.keys()].filter((known) => known.replace(/ \d+$/, '') === name).length
    examples.set(namesakes === 0 ? name : `${name} ${namesakes + 1}`, code)
  }
  for (const { heading, code } of blocksOf(readme)) add(`README: ${heading}`, code)
  for (const { subject, code } of declarations.flatMap(docExamplesOf)) add(`@example of ${subject}`, code)
  return examples
}

const CODE = /^( *)```(?:ts|mts|typescript|js|mjs|javascript)\n([\s\S]*?)^ *```$/gm

function blocksOf(markdown) {
  return [...markdown.matchAll(CODE)].map(({ 1: indent, 2: code, index }) => ({
    heading: markdown
      .slice(0, index)
      .match(/^#+ .*$/gm)
      .at(-1)
      .replace(/^#+ /, ''),
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

const SUBJECT = /^(?:(?:export|declare|readonly|static|function|class|interface|type|const) )*(\w+)/

function docExamplesOf(declarations) {
  const documented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*([^\n]*)/g
  return [...declarations.matchAll(documented)].flatMap(({ 1: comment, 2: declaration }) => {
    const subject = SUBJECT.exec(declaration)?.[1] ?? 'a module'
    const text = comment.replaceAll(/^[ \t]*\* ?/gm, '')
    // To the next tag, which begins a line.
    const found = [...text.matchAll(/^@example\s([\s\S]*?)(?=^@|(?![\s\S]))/gm)]
    return found.map(([, code]) => ({ subject, code: code.replaceAll(/^```.*$/gm, '').trim() }))
  })
}

/** The texts of all declaration files of a package. */
export function readDeclarations(directory) {
  return readdirSync(directory, { recursive: true })
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => readFileSync(join(directory, name), 'utf8'))
}
