/**
 * What a consent to a scope of an API is remembered under: two APIs may have a scope of one name. No identifier holds `#`
 * (RFC 8707, section 2), and no scope about a person does.
 */
export const consentNameOf = (identifier: string, scope: string): string => `${identifier}#${scope}`

/** The API and the scope that such a name stands for; null for a scope about a person. */
export function readConsentName(name: string): { identifier: string; scope: string } | null {
  const at = name.indexOf('#')
  return at < 0 ? null : { identifier: name.slice(0, at), scope: name.slice(at + 1) }
}
