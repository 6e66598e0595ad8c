/**
 * Console: what operators do with the service, as pages below `/console`. It is an application like any other that people sign
 * in to (Authorization Code with PKCE), and shows and does only what the operations of the management API do: by their
 * permissions, schemas and records. It has no SQL and no rule of its own.
 *
 * Owns no table. Rules: OpenID Connect Core 1.0; OWASP ASVS 5.0, 7.4, 7.5 and chapter 8; docs/decisions/0045-console.md.
 */
export { pages } from './pages.ts'
