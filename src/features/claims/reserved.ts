/**
 * Names that mean something by a specification or to ourselves. Whoever could set one could say who a token is for, whose it
 * is, how somebody was recognised or what they may do: no mapping and no service of an operator ever writes them.
 */
const names = [
  // RFC 7519, section 4.1
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  // OpenID Connect Core 1.0, sections 2, 3.3.2.11, 5.1 and 5.6.2
  ...['auth_time', 'nonce', 'acr', 'amr', 'azp', 'at_hash', 'c_hash', 'sub_jwk'],
  ...[
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
  ],
  ...['website', 'email', 'email_verified', 'gender', 'birthdate', 'zoneinfo', 'locale', 'phone_number'],
  ...['phone_number_verified', 'address', 'updated_at', '_claim_names', '_claim_sources'],
  // OpenID Connect Back-Channel and Front-Channel Logout 1.0; RFC 8417; RFC 9493
  ...['sid', 'events', 'toe', 'txn', 'sub_id'],
  // RFC 8693, sections 4.1 to 4.4; RFC 9068, section 2.2; RFC 9396; RFC 7662
  ...['act', 'may_act', 'scope', 'client_id', 'roles', 'entitlements', 'authorization_details'],
  ...['active', 'token_type', 'username', 'token_introspection'],
  // RFC 7800; RFC 9449; FAPI (`s_hash`); OpenID for Verifiable Credential Issuance; OpenID Connect CIBA Core 1.0
  ...['cnf', 'htm', 'htu', 'ath', 's_hash', 'rt_hash', 'vc', 'vp', 'urn:openid:params:jwt:claim:auth_req_id'],
  ...['urn:openid:params:jwt:claim:rt_hash', 'transaction_data_hashes', 'verified_claims', 'trust_framework'],
  // Of our own
  ...['role', 'permissions', 'via', 'userinfo_claims', 'org', 'organization', 'organization_id', 'tenant'],
  // What would be no claim but a property of every object
  ...['__proto__', 'constructor', 'prototype'],
]

const reserved: ReadonlySet<string> = new Set(names)

/** Letters in another case are the same name: who reads tokens is not always exact. */
export const isReserved = (claim: string): boolean => reserved.has(claim.toLowerCase())

/** A name or a URI (RFC 7519, section 4.3), in characters that need no care anywhere. */
const form = /^[A-Za-z][\w.:/#~-]{0,149}$/

export const isClaimName = (claim: string): boolean => form.test(claim)

/** What of somebody else's word may stand in a token. */
export function permitted(claims: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(claims).filter(([claim]) => isClaimName(claim) && !isReserved(claim)),
  )
}
