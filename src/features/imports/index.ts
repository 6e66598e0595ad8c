/**
 * Imports: people brought in from a file of another system, with their password hashes, seeds and subjects, and written out
 * again.
 *
 * Owns tables `user_imports`, `user_import_batches`, `user_import_rows` and `user_import_keys`. Publishes `auth.users.imported`
 * {importId, created, updated, skipped, failed, failure}, one for a file. Reads over accounts, clients, credentials and authorization.
 * Rules: docs/decisions/0043-bulk-import.md; RFC 4180.
 */
export { adminRoutes } from './admin.routes.ts'
export { commands } from './commands.ts'
export { jobs } from './jobs.ts'
export { receiveImport } from './receive-import.ts'
export { type ImportParts, runBatch, runImport } from './run-import.ts'
export { type ExportedRow, listAfter as listPeople } from './export/repository.ts'
export { type Person as ImportedPerson, readPerson } from './rows/person.ts'
