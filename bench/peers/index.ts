import type { Peer } from '../core/peer.ts'
import { awsJwtVerify } from './aws-jwt-verify.ts'
import { countersignOnNode } from './countersign-sync.ts'
import { fastJwt } from './fast-jwt.ts'
import { floor } from './floor.ts'
import { hono } from './hono.ts'
import { jose } from './jose.ts'
import { jsonwebtoken } from './jsonwebtoken.ts'
import { nodeRs } from './node-rs.ts'

export const PEERS: readonly Peer[] = [
  countersignOnNode,
  floor,
  jose,
  fastJwt,
  jsonwebtoken,
  nodeRs,
  awsJwtVerify,
  hono,
]
