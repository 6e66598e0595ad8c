/** Stands in the issuer of a provider whose tokens name the tenant they come from (Microsoft identity platform). */
const tenant = '{tenantid}'

/** Whether an issuer is a template for several. */
export const isTemplate = (issuer: string): boolean => issuer.includes(tenant)

/** Whether a provider of this issuer, which may be a template, speaks for the issuer of a token. */
export function speaksFor(provided: string, issuer: string): boolean {
  if (!isTemplate(provided)) return provided === issuer
  const [before = '', after = ''] = provided.split(tenant)
  const named = issuer.slice(before.length, issuer.length - after.length)
  return issuer === before + named + after && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(named)
}

/**
 * Whether two providers could speak for the same people. A template and one of its tenants could, although their texts
 * differ.
 */
export const overlap = (one: string, other: string): boolean =>
  one === other || speaksFor(one, other) || speaksFor(other, one)

/** Whether it is an issuer of this house: then a provider could speak for those who have a password here. */
export function isOurs(issuer: string, own: string): boolean {
  const text = issuer.toLowerCase()
  return text.startsWith('urn:gatehouse:') || text === own || text.startsWith(`${own}/`)
}
