import type { Configuration } from 'oidc-provider'

/**
 * Which scope asks for which claims (OpenID Connect Core 1.0, section 5.4); `null`: none does. How and when somebody was
 * recognised belongs to `openid`, so that every ID token says it; userinfo does not know it.
 */
export const claims: NonNullable<Configuration['claims']> = {
  acr: null,
  amr: null,
  auth_time: null,
  iss: null,
  sid: null,
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}

/** Scopes a client may ask for at this issuer. */
export const scopes = ['openid', 'offline_access', 'profile', 'email', 'address', 'phone'] as const
