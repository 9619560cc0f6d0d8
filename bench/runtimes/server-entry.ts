import { countersignOnNode } from '../peers/countersign-sync.ts'
import { fastJwt } from '../peers/fast-jwt.ts'
import { floor } from '../peers/floor.ts'
import { hono } from '../peers/hono.ts'
import { jose } from '../peers/jose.ts'
import { runPortable } from './portable.ts'

// Runs in Deno and in Bun, and writes one row on each line.

const selection = JSON.parse(process.argv[2] ?? '{}')
await runPortable([countersignOnNode, floor, jose, fastJwt, hono], selection, (line) => console.log(line))
