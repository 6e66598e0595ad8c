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

/** As a second factor: which key may have signed is known, and it need not say whom it was made for. */
export const SecondAssertionResponse = Credential.extend({
  response: AssertionResponse.shape.response.extend({ userHandle: bytes(86).or(z.literal('')).nullish() }),
})
export type SecondAssertionResponse = z.infer<typeof SecondAssertionResponse>

/** What a key is made for. */
export const KeyKind = z.enum(['passkey', 'security-key'])

const Named = z.object({ type: z.literal('public-key'), id: z.string(), transports: z.array(z.string()) })

/** What a browser passes to `navigator.credentials.create()`. */
export const RegistrationOptions = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.number() })),
  timeout: z.number(),
  excludeCredentials: z.array(Named),
  authenticatorSelection: z.object({
    authenticatorAttachment: z.literal('cross-platform').optional(),
    residentKey: z.enum(['required', 'discouraged']),
    requireResidentKey: z.boolean(),
    userVerification: z.enum(['required', 'discouraged']),
  }),
  attestation: z.enum(['none', 'direct']),
})
export type RegistrationOptions = z.infer<typeof RegistrationOptions>

/** What a browser passes to `navigator.credentials.get()`. It names no credentials: that would tell who has which. */
export const AssertionOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number(),
  userVerification: z.literal('required'),
})
export type AssertionOptions = z.infer<typeof AssertionOptions>

/** The same for a second factor: of a person whose first is proven, by one of theirs. */
export const SecondAssertionOptions = AssertionOptions.extend({
  allowCredentials: z.array(Named),
  userVerification: z.enum(['preferred', 'discouraged']),
})
export type SecondAssertionOptions = z.infer<typeof SecondAssertionOptions>

/** What its owner calls a passkey. */
export const PasskeyName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'holds characters that nobody can read')
