/**
 * What of a person a claim can say, with the scope by which people agree to it (OpenID Connect Core 1.0, section 5.4): a
 * claim of another name gets it to no third party without that scope. `role` is ours, and no scope of a standard covers it.
 *
 * `email` and `phone_number` are there only once they are proven: a claim of another name has no `…_verified` beside it.
 */
export const attributes = {
  email: 'email',
  username: 'profile',
  name: 'profile',
  given_name: 'profile',
  family_name: 'profile',
  middle_name: 'profile',
  nickname: 'profile',
  profile: 'profile',
  picture: 'profile',
  website: 'profile',
  gender: 'profile',
  birthdate: 'profile',
  zoneinfo: 'profile',
  locale: 'profile',
  phone_number: 'phone',
  address: 'address',
  role: null,
} as const satisfies Record<string, string | null>

export type Attribute = keyof typeof attributes

export const attributeNames = Object.keys(attributes) as Attribute[] // keys of that table
