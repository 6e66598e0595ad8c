/** Claims of OpenID Connect Core 1.0, section 5.1, where the provider uses the same names. */
export const standardMapping = {
  sub: '/sub',
  email: '/email',
  email_verified: '/email_verified',
  name: '/name',
  given_name: '/given_name',
  family_name: '/family_name',
  picture: '/picture',
  locale: '/locale',
} as const
