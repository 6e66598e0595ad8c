import { startupError } from '../../platform/startup-error.ts'
import { isPermission } from './roles.ts'

/** What is looked at of an operation. */
interface Declared {
  method: string
  path: string
  access: unknown
}

/**
 * Demands that every operation says who may call it, by a permission that exists; and every one below /admin by one over
 * others (`…:any`). A misspelt permission would refuse everybody without a word, a missing one nobody, so the service does not
 * start (OWASP ASVS 5.0, 8.1.1 and 8.2.1).
 *
 * @throws StartupError naming the operations.
 */
export function demandDeclared(routes: readonly Declared[]): void {
  const faulty = routes.filter((route) => !isDeclared(route))
  if (faulty.length === 0) return
  const told = faulty.map(
    ({ method, path, access }) => `${method.toUpperCase()} ${path}: ${JSON.stringify(access)}`,
  )
  throw startupError(
    `Operations without a permission that exists (src/features/authorization/roles.ts): ${told.join('; ')}`,
  )
}

function isDeclared({ path, access }: Declared): boolean {
  const { permission } = Object(access) as { permission?: unknown } // whatever stands there
  const administers = /^\/admin(\/|$)/i.test(path)
  if (typeof permission === 'string')
    return isPermission(permission) && (!administers || permission.endsWith(':any'))
  return !administers && (access === 'public' || access === 'signed-in')
}
