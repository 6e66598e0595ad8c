/**
 * Samples: people, applications, APIs and weeks of history, so that a newcomer's service looks as it will when it is in use.
 * A command alone (`gatehouse demo-data`), refused in production.
 *
 * Owns no table: everything is made by the use cases of its owners, at the time at which it is said to have happened, in one
 * transaction. What marks that it is there is an API (`applications.ts`). Addresses are those of RFC 2606, section 3, networks
 * those of RFC 5737: nobody is ever written to or pointed at. Rules: docs/decisions/0049-command-line.md.
 */
export { commands } from './commands.ts'
