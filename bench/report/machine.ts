import { readFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { OURS, type Peer } from '../core/peer.ts'

/** What a reader must know to judge the figures; nothing that names the machine. */
export interface Machine {
  readonly runtime: string
  readonly version: string
  readonly cpu: string
  readonly cores: number
  readonly platform: string
}

export function describeMachine(runtime: string, version: string): Machine {
  const processors = cpus()
  const cpu = processors[0]?.model.trim() ?? 'unknown'
  return { runtime, version, cpu, cores: processors.length, platform: `${platform()} ${arch()}` }
}

/** The versions of the libraries, as they are installed. */
export function versionsOf(peers: readonly Pick<Peer, 'name'>[]): Record<string, string> {
  const versions: Record<string, string> = {}
  for (const { name } of peers) {
    const file = name === OURS ? '../../package.json' : `../node_modules/${name}/package.json`
    try {
      versions[name] = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).version
    } catch {
      // The floor is no package.
    }
  }
  return versions
}
