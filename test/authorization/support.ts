import { createUser } from '../../src/features/accounts/index.ts'
import { assignRole, removeRole } from '../../src/features/authorization/index.ts'
import { type By, bySystem } from '../../src/platform/app.ts'
import { randomMark } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { Problem } from '../../src/platform/errors.ts'
import { type Parts, parts } from '../support/parts.ts'

export interface Stage {
  app: Parts
  /** Someone with these roles: their id. */
  person(...roles: string[]): Promise<string>
  assign(userId: string, role: string, by?: By, window?: { startsAt?: Date; endsAt?: Date }): Promise<boolean>
  remove(userId: string, role: string, by?: By): Promise<boolean>
}

export async function stage(): Promise<Stage> {
  const app = await parts()
  const assign: Stage['assign'] = (id, role, by = bySystem, window = {}) =>
    transaction(app.db, (tx) => assignRole(app, tx, by, { principal: { type: 'user', id }, role, ...window }))
  return {
    app,
    assign,
    remove: (id, role, by = bySystem) =>
      transaction(app.db, (tx) => removeRole(app, tx, by, { principal: { type: 'user', id }, role })),
    async person(...roles) {
      const email = `${randomMark().toLowerCase()}@example.test`
      const { id } = await transaction(app.db, (tx) => createUser(app, tx, bySystem, { email }))
      for (const role of roles) await assign(id, role)
      return id
    },
  }
}

export const byUser = (id: string): By => ({ actor: { type: 'user', id }, origin: null })

/** The code of the problem, or `done`. */
export const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Problem) return error.code
      throw error
    },
  )
