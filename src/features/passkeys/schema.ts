import { z } from 'zod'

/** Bytes as base64url, at most so many characters. */
const bytes = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\w-]+$/)

/** At most 1023 bytes (Web Authentication Level 3, section 6.5.1). */
const CredentialId = bytes(1364)

const transport = z.string().regex(/^[a-z-]{1,32}$/)

/** What a browser's `toJSON()` gives, without what is not looked at (Web Authentication Level 3, section 5.1). */
const Credential = z.object({ id: CredentialId, rawId: CredentialId, type: z.literal('public-key') })

export const RegistrationResponse = Credential.extend({
  response: z.object({
    clientDataJSON: bytes(4_000),
    attestationObject: bytes(12_000),
    transports: z.array(transport).max(10).default([]),
  }),
})
export type RegistrationResponse = z.infer<typeof RegistrationResponse>

export const AssertionResponse = Credential.extend({
  response: z.object({
    clientDataJSON: bytes(4_000),
    authenticatorData: bytes(4_000),
    signature: bytes(2_000),
    // There is no other way to tell who signs in, so it must be there (section 7.2, step 6). At most 64 bytes.
    userHandle: bytes(86),
  }),
})
export type AssertionResponse = z.infer<typeof AssertionResponse>

/** What a browser passes to `navigator.credentials.create()`. */
export const RegistrationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
  timeout: z.number(),
  excludeCredentials: z.array(
    z.object({ type: z.literal('public-key'), id: z.string(), transports: z.array(z.string()) }),
  ),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
})
export type RegistrationOptions = z.infer<typeof RegistrationOptions>

/** What a browser passes to `navigator.credentials.get()`. It names no credentials: that would tell who has which. */
export interface AssertionOptions {
  challenge: string
  rpId: string
  timeout: number
  userVerification: 'required'
}

/** What its owner calls a passkey. */
export const PasskeyName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'holds characters that nobody can read')
