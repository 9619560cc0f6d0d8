import { cpus } from 'node:os'

/** CPU time in microseconds. */
export interface Usage {
  /** Of all cores. */
  readonly machine: number
  /** Of the benchmark's own processes. */
  readonly own: number
}

/** Foreign work of more than this share of one core spoils a sample. */
const TOLERATED = 0.1

/** Whether other work of the machine took part of the cores while a sample was taken. */
export function isDisturbed(before: Usage, after: Usage, elapsed: number): boolean {
  const foreign = after.machine - before.machine - (after.own - before.own)
  return foreign > elapsed * TOLERATED
}

/** Microseconds for which the cores have been busy. */
export function machineUsage(): number {
  return cpus().reduce((sum, { times: { user, nice, sys } }) => sum + (user + nice + sys) * 1000, 0)
}

/** Microseconds of CPU time that this process has used, in all its threads. */
export function processUsage(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
