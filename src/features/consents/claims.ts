/** Written among the scopes of a consent. No scope can hold the space (RFC 6749, appendix A.4), so none is taken for a claim. */
const mark = 'claim '

/** What a consent says that lets a client have one claim alone (OpenID Connect Core 1.0, section 5.5). */
export const consentToClaim = (claim: string): string => mark + claim

/** The claim that an entry of a consent is about; null for a scope. */
export const claimOf = (entry: string): string | null =>
  entry.startsWith(mark) ? entry.slice(mark.length) : null
