/**
 * Presentation: the language and brand a page is shown in. Reads settings `brand` and `languages.default`; owns no table.
 */
export { languageLinks, present, type Presentation } from './present.ts'
