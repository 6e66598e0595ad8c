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

type Named = keyof typeof attributes

/** What an operator keeps of people themselves (the setting `users.custom_fields`), by the name of the field. */
export type CustomAttribute = `custom.${string}`

export type Attribute = Named | CustomAttribute

export const attributeNames = Object.keys(attributes) as Named[] // keys of that table

/** A name of a field as the setting takes it; where nothing is kept under it there is no claim. */
export const fieldForm = /^[a-z][a-z0-9_]{0,39}$/

export const isCustom = (attribute: Attribute): attribute is CustomAttribute =>
  attribute.startsWith('custom.')

/** By which scope people agree to it; null: by none of a standard. Fields of an operator are what `profile` is: of the person. */
export const scopeOf = (attribute: Attribute): string | null =>
  isCustom(attribute) ? 'profile' : attributes[attribute]
