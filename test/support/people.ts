import type { Gatehouse } from '../../src/app.ts'
import { createUser } from '../../src/features/accounts/index.ts'
import { assignRole } from '../../src/features/authorization/index.ts'
import { setPassword } from '../../src/features/credentials/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { randomMark } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'

import { keepSecret } from './canary.ts'

export interface Person {
  id: string
  email: string
  username: string
  password: string
}

/** An account with a password, as an administrator would make it. */
export async function person(
  app: Gatehouse,
  given: Partial<Person> & { role?: string; name?: string } = {},
): Promise<Person> {
  const mark = randomMark()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, 'x')
  const email = given.email ?? `ann-${mark}@example.com`
  const username = given.username ?? `ann${mark}`
  const password = given.password ?? `correct horse ${mark} battery`
  keepSecret(password)
  const hashed = await app.passwords.hash(password)
  const id = await transaction(app.db, async (tx) => {
    const user = await createUser(app, tx, bySystem, {
      email,
      username,
      name: given.name ?? 'Ann Example',
      emailVerified: true,
    })
    await setPassword(app, tx, bySystem, user.id, hashed)
    if (given.role)
      await assignRole(app, tx, bySystem, { principal: { type: 'user', id: user.id }, role: given.role })
    return user.id
  })
  return { id, email, username, password }
}
