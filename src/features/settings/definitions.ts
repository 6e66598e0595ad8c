import { z } from 'zod'

import { CustomFields } from './custom-field-schemas.ts'
import { AndroidApp, AppleApp, AppOrigin, Certificate } from './passkey-schemas.ts'
import { HostPattern, Publisher, RegistrationPolicy } from './registration-schemas.ts'

/** Where a setting may have a value of its own; the narrower one wins: client, organization, system, default. */
export type ScopeKind = 'system' | 'organization' | 'client'

export interface Definition<Value> {
  schema: z.ZodType<Value>
  default: Value
  description: string
  scopes: readonly ScopeKind[]
}

const setting = <Value>(definition: Definition<Value>): Definition<Value> => definition

const everywhere: readonly ScopeKind[] = ['system', 'organization', 'client']
const systemOnly: readonly ScopeKind[] = ['system']

const minute = 60
const day = 24 * 3600

const seconds = (least: number, most: number) => z.number().int().min(least).max(most)
/** The database drops nothing younger than the least, whatever is set (migration audit_add_months). */
const days = (least: number) => z.number().int().min(least).max(36_500)
/** A score of 0 to 100 from which on something happens; no score reaches 101. */
const threshold = z.number().int().min(1).max(101)
const color = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour like #3454d1')

const Brand = z.strictObject({
  name: z.string().trim().min(1).max(60),
  // https only: the page's policy allows no other source, and a plain one would tell the network who signs in.
  logoUrl: z
    .url({ protocol: /^https$/ })
    .max(500)
    .nullable(),
  accent: color,
  accentDark: color,
})

/** As browsers write an origin; https only, as the page of a passkey must be secure. */
const Origin = z
  .url({ protocol: /^https$/ })
  .max(300)
  .refine((text) => new URL(text).origin === text, 'must be an origin like https://example.com')

/** A country calling code, or more of a number (ITU-T E.164). */
const Prefix = z.string().regex(/^\+[1-9]\d{0,6}$/, 'must be like +49')

const aMinute = z.number().int().min(1).max(1_000_000)

/** Ten at least, so that no slip shuts administrators out of the setting itself. */
const rate = z.number().int().min(10).max(1_000_000)

/** Who has none of these roles has the rate of `user`. */
const RequestsByRole = z.strictObject({
  user: rate.default(600),
  auditor: rate.default(1_200),
  support: rate.default(1_200),
  admin: rate.default(3_000),
  root_admin: rate.default(3_000),
  client: rate.default(30_000),
})

/** Every setting there is. Keys are public and never change; values of earlier releases stay valid. */
const definitions = {
  'users.custom_fields': setting<CustomFields>({
    schema: CustomFields,
    default: {},
    description:
      'Fields about people beside those of OpenID Connect, by name: type, required, maxLength, values of an enum, and who may read and write it (user or administrator).',
    scopes: systemOnly,
  }),
  'registration.mode': setting({
    schema: z.enum(['open', 'invitation', 'closed']),
    default: 'open',
    description: 'Who may register: anyone, people with an invitation, or nobody.',
    scopes: systemOnly,
  }),
  'registration.require_verified_email': setting({
    schema: z.boolean(),
    default: false,
    description:
      'Whether a new account begins only when its e-mail address was proven; the answer to a registration then does not tell who has one.',
    scopes: systemOnly,
  }),
  'registration.clients': setting<'closed' | 'token' | 'open'>({
    schema: z.enum(['closed', 'token', 'open']),
    default: 'token',
    description:
      'Which applications may register themselves (RFC 7591): none, those with an initial access token, or any.',
    scopes: systemOnly,
  }),
  'registration.policy': setting<RegistrationPolicy>({
    schema: RegistrationPolicy,
    default: RegistrationPolicy.parse({}),
    description:
      'What applications that register themselves may have, unless their initial access token says something else.',
    scopes: systemOnly,
  }),
  'registration.require_pkce': setting({
    schema: z.boolean(),
    default: true,
    description:
      'Whether applications that register themselves and keep a secret or a key must use PKCE; others always must.',
    scopes: systemOnly,
  }),
  'registration.publishers': setting<Publisher[]>({
    schema: z.array(Publisher).max(50),
    default: [],
    description:
      'Whose software statements are believed (RFC 7591, section 2.3): for each its issuer and its public keys.',
    scopes: systemOnly,
  }),
  'registration.unused_days': setting({
    schema: z.number().int().min(1).max(3650),
    default: 30,
    description: 'After how many days an application is removed that registered itself and was never used.',
    scopes: systemOnly,
  }),
  'registration.documents': setting<'off' | 'on'>({
    schema: z.enum(['off', 'on']),
    default: 'on',
    description:
      'Whether the address of an application’s metadata document may stand for a client_id; in production only for registration.document_hosts.',
    scopes: systemOnly,
  }),
  'registration.document_hosts': setting<string[]>({
    schema: z.array(HostPattern).max(1_000),
    default: [],
    description:
      'Hosts whose metadata documents are read in production, like app.example or *.app.example. None: no such clients there.',
    scopes: systemOnly,
  }),
  'sign_in.by_mail': setting({
    schema: z.enum(['off', 'on']),
    default: 'off',
    description:
      'on: people may sign in by a link or a code that is mailed to them; never those who may do more than with their own account.',
    scopes: systemOnly,
  }),
  'mfa.policy': setting<'optional' | 'offered' | 'required'>({
    schema: z.enum(['optional', 'offered', 'required']),
    default: 'optional',
    description:
      'Second factors of people who are no administrators: who wants one sets it up, is asked at a sign-in, or must.',
    scopes: everywhere,
  }),
  'mfa.mail_codes': setting({
    schema: z.boolean(),
    default: false,
    description:
      'Whether codes may be mailed as a second factor, to who has no other and may do no more than with their own account; it proves no more than a mailbox.',
    scopes: systemOnly,
  }),
  'sms.allowed_countries': setting<string[]>({
    schema: z.array(Prefix).max(250),
    default: [],
    description:
      'Where codes may be sent by text message: what numbers begin with, like +49 or +1212. None: they are not offered.',
    scopes: systemOnly,
  }),
  'mfa.remember_days': setting({
    schema: z.number().int().min(0).max(90),
    default: 30,
    description:
      'For how many days a device may be remembered that proved a second factor; 0: never. Never for administrators.',
    scopes: systemOnly,
  }),
  'mfa.recovery_wait_hours': setting({
    schema: z.number().int().min(24).max(720), // 720: with the days after it as long as the link that calls it off
    default: 72,
    description:
      'Hours that somebody waits who lost all second factors and asked for them to be removed; the owner is told and may call it off.',
    scopes: systemOnly,
  }),
  'password.minimum_length': setting({
    schema: z.number().int().min(8).max(128), // at least 8 (NIST SP 800-63B rev. 4, section 3.1.1.2)
    default: 12,
    description: 'The fewest characters a new password may have.',
    scopes: systemOnly,
  }),
  'password.policy': setting({
    schema: z.enum(['standard', 'nist']),
    default: 'standard',
    description: 'standard, or nist: at least 15 characters as long as there is no second factor.',
    scopes: systemOnly,
  }),
  brand: setting({
    schema: Brand,
    default: { name: 'Gatehouse', logoUrl: null, accent: '#1f5f4a', accentDark: '#8fd8b6' },
    description: 'Name, logo and colours of the pages people see.',
    scopes: everywhere,
  }),
  'languages.default': setting({
    schema: z
      .string()
      .max(35)
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a language tag like en or pt-BR'),
    default: 'en',
    description: 'The language of pages and mails for people whose own is not known (BCP 47).',
    scopes: everywhere,
  }),
  'passkeys.related_origins': setting<string[]>({
    schema: z.array(Origin).max(20),
    default: [],
    description:
      'Other origins that may use passkeys of this one; browsers read them at /.well-known/webauthn.',
    scopes: systemOnly,
  }),
  'passkeys.attestation': setting<'none' | 'direct'>({
    schema: z.enum(['none', 'direct']),
    default: 'none',
    description:
      'Whether a new key must be shown, by its maker’s signature, to be of a kind that passkeys.attestation_roots vouch for: direct; without roots none is then. What people have stays.',
    scopes: systemOnly,
  }),
  'passkeys.attestation_roots': setting<string[]>({
    schema: z.array(Certificate).max(20),
    default: [],
    description: 'PEM certificates of makers of authenticators, who vouch for these.',
    scopes: systemOnly,
  }),
  'passkeys.allowed_authenticators': setting<string[]>({
    schema: z.array(z.guid().toLowerCase()).max(100),
    default: [],
    description:
      'Kinds of authenticators (AAGUID) that new keys may be made with; empty: any. Not empty, it asks for attestation, whatever passkeys.attestation says.',
    scopes: systemOnly,
  }),
  'passkeys.app_origins': setting<string[]>({
    schema: z.array(AppOrigin).max(20),
    default: [],
    description:
      'Android applications of our own that may use passkeys by the native API, as Android says who they are.',
    scopes: systemOnly,
  }),
  'passkeys.android_apps': setting<z.infer<typeof AndroidApp>[]>({
    schema: z.array(AndroidApp).max(20),
    default: [],
    description:
      'Android applications that belong to this host, each with its package and certificates; phones read them at /.well-known/assetlinks.json.',
    scopes: systemOnly,
  }),
  'passkeys.apple_apps': setting<string[]>({
    schema: z.array(AppleApp).max(20),
    default: [],
    description:
      'Applications on Apple’s systems that belong to this host, each as team and bundle; phones read them at /.well-known/apple-app-site-association.',
    scopes: systemOnly,
  }),
  'session.idle_seconds': setting({
    schema: seconds(5 * minute, 365 * day),
    default: 3 * day,
    description: 'After how long without use a browser session ends.',
    scopes: systemOnly,
  }),
  'session.absolute_seconds': setting({
    schema: seconds(5 * minute, 365 * day),
    default: 14 * day,
    description: 'After how long a browser session ends in any case.',
    scopes: systemOnly,
  }),
  'session.on_copied': setting<'refuse' | 'end'>({
    schema: z.enum(['refuse', 'end']),
    default: 'refuse',
    description:
      'When another device presents a session: refuse it there alone, or end it everywhere; then whoever copied it can sign its owner out.',
    scopes: systemOnly,
  }),
  'token.access_seconds': setting({
    schema: seconds(minute, 60 * minute),
    default: 5 * minute,
    description: 'How long an access token is valid.',
    scopes: systemOnly,
  }),
  'token.id_seconds': setting({
    schema: seconds(minute, day),
    default: 60 * minute,
    description: 'How long an ID token is valid.',
    scopes: systemOnly,
  }),
  'token.refresh_idle_seconds': setting({
    schema: seconds(5 * minute, 365 * day),
    default: 14 * day,
    description: 'After how long without use a refresh token ends.',
    scopes: systemOnly,
  }),
  'token.refresh_absolute_seconds': setting({
    schema: seconds(5 * minute, 365 * day),
    default: 90 * day,
    description: 'After how long a refresh token and all that followed it end in any case.',
    scopes: systemOnly,
  }),
  'account.deletion_grace_days': setting({
    schema: z.number().int().min(0).max(30), // 30: as long as the link that undoes it
    default: 14,
    description: 'Days in which people can undo the deletion of their account; 0 deletes at once.',
    scopes: systemOnly,
  }),
  'account.merge_undo_days': setting({
    schema: z.number().int().min(0).max(30), // 30: as long as the link that undoes it
    default: 14,
    description: 'Days in which the merging of two accounts can be undone; 0 makes it final at once.',
    scopes: systemOnly,
  }),
  'tokens.signing_profile': setting({
    schema: z.enum(['standard', 'eddsa']),
    default: 'standard',
    description:
      'standard: access tokens ES256, ID tokens RS256. eddsa: everything EdDSA, which RFC 9068 does not foresee.',
    scopes: systemOnly,
  }),
  'audit.governance_days': setting({
    schema: days(365),
    default: 7 * 365 + 2,
    description: 'For how many days audit records of what was changed are kept; whole months are dropped.',
    scopes: systemOnly,
  }),
  'audit.sign_in_days': setting({
    schema: days(30),
    default: 365,
    description: 'For how many days audit records of sign-ins and sessions are kept.',
    scopes: systemOnly,
  }),
  'audit.token_days': setting({
    schema: days(7),
    default: 90,
    description: 'For how many days audit records of tokens, and counts of those of machines, are kept.',
    scopes: systemOnly,
  }),
  'lockout.alarm_failures_per_minute': setting({
    schema: aMinute,
    default: 600,
    description:
      'Failed sign-ins a minute, over all accounts and networks, from which on unknown devices must bring a proof of work.',
    scopes: systemOnly,
  }),
  'lockout.proof_difficulty': setting({
    schema: z.number().int().min(1).max(26),
    default: 18,
    description:
      'Leading zero bits of the proof of work; each more doubles what a sign-in costs (18: seconds).',
    scopes: systemOnly,
  }),
  'risk.notify_at': setting({
    schema: threshold,
    default: 40,
    description:
      'From which risk (1 to 100) on a person is told by mail of a sign-in; 101: never. New device and new country together make 50.',
    scopes: everywhere,
  }),
  'risk.factor_at': setting({
    schema: threshold,
    default: 70,
    description:
      'From which risk (1 to 100) on a sign-in takes a second factor, or of who has none a code that is mailed; 101: never. Impossible travel makes 70.',
    scopes: everywhere,
  }),
  'risk.refuse_at': setting({
    schema: threshold,
    default: 101,
    description:
      'From which risk (1 to 100) on a sign-in is refused as if the password were wrong; 101: never.',
    scopes: everywhere,
  }),
  'bots.registrations_per_minute': setting({
    schema: aMinute,
    default: 300,
    description:
      'Accounts asked for a minute, from everywhere together, from which on registering wants a proof of work.',
    scopes: systemOnly,
  }),
  'bots.registrations_per_minute_of_block': setting({
    schema: aMinute,
    default: 60,
    description:
      'Accounts asked for a minute from one network block (IPv4 /24, IPv6 /48), from which on it must prove work.',
    scopes: systemOnly,
  }),
  'bots.mails_per_minute': setting({
    schema: aMinute,
    default: 300,
    description:
      'Mails that strangers ask for a minute (new passwords, sign-ins, proofs of addresses), from which on they must prove work.',
    scopes: systemOnly,
  }),
  'bots.codes_per_minute': setting({
    schema: aMinute,
    default: 300,
    description:
      'Codes asked for a minute in sign-ins, by text message or mail, from which on whoever asks must prove work.',
    scopes: systemOnly,
  }),
  'limits.by_role': setting({
    schema: RequestsByRole,
    default: RequestsByRole.parse({}),
    description:
      'Requests a minute to the JSON API for each person, by their highest role, and for each application that proves itself; fewer in an attack.',
    scopes: systemOnly,
  }),
  'login_events.days': setting({
    schema: z.number().int().min(1).max(3650),
    default: 90,
    description: 'Days that attempts to sign in are kept for their owner to see.',
    scopes: systemOnly,
  }),
  'dpop.require_nonce': setting({
    schema: z.boolean(),
    default: false,
    description:
      'Whether every DPoP proof must carry a nonce of ours, not only where the client’s profile says so.',
    scopes: systemOnly,
  }),
  'offline_access.default': setting({
    schema: z.enum(['allowed', 'denied']),
    default: 'allowed',
    description: 'Whether clients may ask for access that outlives the session (scope offline_access).',
    scopes: everywhere,
  }),
} as const satisfies Record<string, Definition<unknown>>

export type SettingKey = keyof typeof definitions
export type SettingValues = { [Key in SettingKey]: (typeof definitions)[Key]['default'] }
export type SettingValue<Key extends SettingKey> = SettingValues[Key]

export const settingDefinitions: { readonly [Key in SettingKey]: Definition<SettingValues[Key]> } =
  definitions

export const isSettingKey = (key: string): key is SettingKey => Object.hasOwn(definitions, key)

export const settingKeys: readonly SettingKey[] = Object.keys(definitions).filter(isSettingKey)
