/**
 * Administration: the first administrator, and people made from the command line.
 *
 * Owns no table. The root administrator is made exactly once, by whichever process starts first on an empty database.
 */
export { commands } from './commands.ts'
export {
  ensureRootAdministrator,
  resetRootAdministrator,
  type RootAdministrator,
} from './root-administrator.ts'
