/** Issuer of the identity everyone has here; providers upstream have their own issuer identifiers. */
export const nativeIssuer = 'urn:gatehouse:native'
