/**
 * Backups: what the database holds as one file, and back again, in a way that brings nothing back to life which was ended
 * since: `gatehouse backup`, `gatehouse restore`.
 *
 * Owns no table; reads all of them under one snapshot, and fills an empty database. Rules: docs/decisions/0052-backups.md.
 */
export { commands } from './commands.ts'
