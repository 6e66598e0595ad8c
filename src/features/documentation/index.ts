/**
 * Documentation: docs/*.md as pages below `/docs`, with a search, the meaning of every error code, and the reference of the
 * API, made of the OpenAPI document. All of it without a script.
 *
 * Owns no table. Rules: docs/decisions/0048-documentation-and-clients.md.
 */
export { pages } from './pages.ts'
export { tagTexts } from './tag-texts.ts'
