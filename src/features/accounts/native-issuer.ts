/** Issuer of the identity everyone has here; providers upstream have their own issuer identifiers. */
export const nativeIssuer = 'urn:gatehouse:native'

/** Everyone has one; without a password it is no way in. */
export const isNativeIdentity = ({ issuer }: { issuer: string }): boolean => issuer === nativeIssuer
