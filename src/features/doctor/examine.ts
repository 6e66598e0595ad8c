import type { Databases } from '../../platform/config/index.ts'
import { openDatabase } from '../../platform/db/index.ts'
import { openLog } from '../../platform/log.ts'
import { lookAtDatabase } from './checks/database.ts'
import { lookAtDisk, lookAtMail, lookAtRedis } from './checks/surroundings.ts'
import { lookAtVariables } from './checks/variables.ts'
import { lookAtAudit, lookAtKeys, lookAtWork } from './checks/work.ts'
import { type Alive, fail, type Finding, type Patient } from './finding.ts'

/** Looks at everything that can be looked at; in order, since each stands on those before. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const database = await lookAtDatabase(patient)
  const around = await Promise.all(
    [lookAtRedis, lookAtMail, lookAtDisk].map((look) => surely(look.name, () => look(patient))),
  )
  const inside = database.usable ? await lookInside(patient, database.usable) : []
  return [...lookAtVariables(patient), ...database.findings, ...inside, ...around.flat()]
}

async function lookInside(patient: Patient, databases: Databases): Promise<Finding[]> {
  const db = openDatabase({ url: databases.application, max: 2, log: openLog('silent') })
  try {
    const alive: Alive = { ...patient, db }
    const found: Finding[] = []
    for (const look of [lookAtKeys, lookAtWork, lookAtAudit])
      found.push(...(await surely(look.name, () => look(alive))))
    return found
  } finally {
    await db.destroy()
  }
}

/** A check that fails by itself is a finding, and hides none of the others. */
async function surely(name: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    const check = name.replace('lookAt', '').toLowerCase()
    return [
      fail(check, `could not be looked at: ${said ?? ''}`, 'See what the log of the service says of it.'),
    ]
  }
}
