import { z } from 'zod'

/** An address that the guarded client may call; http only where OUTBOUND_ALLOW names the host. */
export const HttpsUrl = z
  .url({ protocol: /^https?$/, error: 'must be an https URL' })
  .max(500)
  .refine((url) => !/[?#]/.test(url), 'must have no query and no fragment')
  .refine((url) => URL.canParse(url) && new URL(url).username === '', 'must hold no credentials')

export const Scopes = z
  .array(
    z
      .string()
      .max(200)
      .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'is no scope (RFC 6749, section 3.3)'),
  )
  .max(20)
