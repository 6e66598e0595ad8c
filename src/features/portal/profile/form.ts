import { z } from 'zod'

import { type DetailsChange, ProfileDetails, type Self, UserDetails } from '../../accounts/index.ts'

const typed = z.string().max(3000).default('')

/** Fields that are one member each, as they are typed. */
const fields = {
  name: typed,
  username: typed,
  locale: typed,
  given_name: typed,
  family_name: typed,
  nickname: typed,
  gender: typed,
  birthdate: typed,
  zoneinfo: typed,
  phone_number: typed,
  website: typed,
  picture: typed,
}

/** Fields that are parts of the address. */
const addressFields = {
  street_address: typed,
  postal_code: typed,
  locality: typed,
  region: typed,
  country: typed,
}

export const ProfileForm = z.object({ csrf: z.string().max(200), ...fields, ...addressFields })
export type ProfileForm = z.infer<typeof ProfileForm>

/** What stands in the form. */
export type ProfileValues = Omit<ProfileForm, 'csrf'>

/** Field -> text key of what is wrong with it. */
export type FieldTexts = Partial<Record<keyof ProfileValues, string>>

const names = Object.keys(fields) as (keyof typeof fields)[] // of that very object
const addressNames = Object.keys(addressFields) as (keyof typeof addressFields)[] // of that very object

const Details = ProfileDetails.extend(UserDetails.shape)

/** What a form asks to be changed: all that it shows, empty for what is to be cleared. Or what is wrong with it. */
export function readForm(form: ProfileForm): { change: DetailsChange } | { problems: FieldTexts } {
  const valueOf = (name: keyof ProfileValues) =>
    form[name].trim() === '' ? null : form[name].replaceAll('\r\n', '\n')
  const parsed = Details.safeParse({
    ...Object.fromEntries(names.map((name) => [name, valueOf(name)])),
    address: Object.fromEntries(addressNames.map((name) => [name, valueOf(name)])),
  })
  if (parsed.success) return { change: parsed.data }
  const wrong = parsed.error.issues.map(({ path, code }): [field: string, text: string] => {
    const field = String(path.at(-1))
    return [field, textOf(field, code)]
  })
  return { problems: Object.fromEntries(wrong) }
}

/** Fields whose form is not obvious; of others too much, or what cannot be shown, is all that can be wrong. */
const ownTexts: Record<string, string> = {
  birthdate: 'fields.birthdate_invalid',
  phone_number: 'fields.phone_invalid',
  website: 'fields.url_invalid',
  picture: 'fields.url_invalid',
  locale: 'fields.choice_invalid',
  zoneinfo: 'fields.choice_invalid',
}

const textOf = (field: string, code: string): string =>
  ownTexts[field] ?? (code === 'too_big' ? 'fields.too_long' : 'fields.name_invalid')

/** A page names every field, also those with which nothing is wrong. */
export const withEveryField = (problems: FieldTexts): Record<string, string | null> => ({
  ...Object.fromEntries([...names, ...addressNames].map((field) => [field, null])),
  ...problems,
})

export function valuesOf({ user, profile }: Self): ProfileValues {
  const { name, username, locale } = user
  const known: Record<string, unknown> = { ...profile, ...profile?.address, name, username, locale }
  const shown = [...names, ...addressNames].map((field) => [field, textIn(known[field])])
  return Object.fromEntries(shown) as ProfileValues // every field, just so
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')
