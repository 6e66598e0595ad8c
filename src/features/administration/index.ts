/**
 * Administration: the first administrator; people, their sessions and the merging of their accounts, roles and who holds
 * them, by API and command line; reports of mail that came back.
 *
 * Owns no table; its lists read over accounts, authorization and sessions. The root administrator is made exactly once, by whichever process starts first on an empty database.
 */
export { commands } from './commands.ts'
export {
  changeManagedClient,
  clientTag,
  createManagedClient,
  deleteManagedClient,
  endManagedSecret,
  findManagedClient,
  listManagedClients,
  replaceManagedClient,
  rotateManagedSecret,
  switchManagedClient,
} from './clients/manage-clients.ts'
export { routes } from './routes.ts'
export {
  ensureRootAdministrator,
  resetRootAdministrator,
  type RootAdministrator,
} from './root-administrator.ts'
