/**
 * Doctor: looks whether a service is well, or why it is not, and says what to do: `gatehouse doctor`. Every check stands alone,
 * so that one that cannot be made (no database, say) hides none of the others. It looks and changes nothing.
 *
 * Owns no table. Rules: docs/decisions/0049-command-line.md.
 */
export { commands } from './commands.ts'
