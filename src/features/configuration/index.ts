/**
 * Configuration as a document: what is set up here is written into a file, compared with one, and made like one. Sections are
 * read, judged and changed by the features that own them; a document adds no second way to do anything.
 *
 * Owns no table. Reads users and what belongs to them for an export that asks for it. No events of its own.
 * Rules: OWASP ASVS 5.0, 8.2.3; docs/decisions/0046-declarative-configuration.md.
 */
export { adminRoutes } from './admin.routes.ts'
export { commands } from './commands.ts'
