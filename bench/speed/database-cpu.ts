import { readdirSync } from 'node:fs'

import { cpuSecondsOf } from '../support/gatehouse.ts'

/** Seconds of processor time of a database server by its first process: of that, its processes, and those that ended. */
export function databaseCpu(first: number): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const own = processes.flatMap((pid) => {
    try {
      const one = cpuSecondsOf(Number(pid))
      return one.parent === first ? [one.own] : []
    } catch {
      return [] // it has just ended
    }
  })
  const server = cpuSecondsOf(first)
  return own.reduce((sum, one) => sum + one, server.own + server.ended)
}
