/** Longer addresses name no client: they stand in tables, audit records and forms. */
const longest = 500

/** A client is named by an address, whatever else is wrong with it. */
export const isAddress = (clientId: string): boolean => clientId.startsWith('https://')

/**
 * Whether a `client_id` may be the address of a metadata document (draft-ietf-oauth-client-id-metadata-document, section 3):
 * https with a path, without fragment, user name, password and dot segments. Only in normal form, so that one client has one
 * name; without a query, so that one document is not many clients.
 */
export function isDocumentAddress(clientId: string): boolean {
  if (clientId.length > longest || !/^https:\/\/[\x21-\x7e]+$/.test(clientId)) return false
  if (/[\\?#@]/.test(clientId) || /\/(\.|%2e){1,2}(\/|$)/i.test(clientId)) return false
  const url = URL.parse(clientId)
  return url !== null && url.href === clientId && url.pathname !== '/' && url.username + url.password === ''
}
