/** The reference of the API: the OpenAPI document, laid out for reading. */
export { openReference, type Reference } from './reference.ts'
