import { countersign } from '../peers/countersign.ts'
import { hono } from '../peers/hono.ts'
import { jose } from '../peers/jose.ts'
import { runPortable } from './portable.ts'

// Bundled for the page; `browser.ts` gives it `emit` and calls `runInPage`.

declare const emit: (line: string) => Promise<void>

Object.assign(globalThis, {
  runInPage: (selection: string) => runPortable([countersign, jose, hono], JSON.parse(selection), emit),
})
