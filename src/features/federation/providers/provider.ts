import { z } from 'zod'

import type { ConnectorName } from '../connectors/connectors.ts'

/** Claims of ours that a provider may fill, by the names of OpenID Connect Core 1.0, section 5.1. */
export const mappedClaims = [
  'sub',
  'email',
  'email_verified',
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
] as const
export type MappedClaim = (typeof mappedClaims)[number]

const Pointer = z
  .string()
  .max(300)
  .regex(/^(\/([^~/]|~[01])*)+$/, 'is no JSON pointer like /address/country (RFC 6901)')

/** Where each claim stands in what the provider says; null turns one of the connector's own off. */
export const Mapping = z
  .partialRecord(z.enum(mappedClaims), Pointer.nullable())
  .refine(({ sub }) => sub !== null, 'needs a sub')
export type Mapping = z.infer<typeof Mapping>

/** A domain name in its canonical form: lower case, ASCII (RFC 5890). */
export const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    'is no domain name',
  )

/** For whom an account is made who comes for the first time. What the setting `registration.mode` closes stays closed. */
export const Policy = z.strictObject({
  /** `invitation`: who proves, by this provider, an address that was invited. */
  creation: z.enum(['open', 'invitation', 'never']).default('open'),
  /** Only people with a proven address in one of these; empty: any. */
  allowed_domains: z.array(Domain).max(200).default([]),
  /** Only people whose address is proven. */
  require_verified_email: z.boolean().default(false),
  /** Whether its word that an address is verified is taken; absent: as the connector has it. */
  trust_email: z.boolean().optional(),
})
export type Policy = z.infer<typeof Policy>

export interface SealedSecret {
  sealed: Buffer
  sealingKeyId: string
}

/** A provider that people may sign in with, as it is stored. */
export interface ProviderRecord {
  id: string
  /** Its name in URLs. */
  slug: string
  connector: ConnectorName
  /** As people read it. */
  name: string
  enabled: boolean
  /** Buttons stand in this order. */
  position: number
  /** Its subjects belong to it; of a multi-tenant one a template. */
  issuer: string
  clientId: string
  secret: SealedSecret | null
  /** Checked by the connector's schema when they came in and when they are used. */
  options: Record<string, unknown>
  policy: Policy
  mapping: Mapping
  keepTokens: boolean
  revision: number
  createdAt: Date
  updatedAt: Date
}
