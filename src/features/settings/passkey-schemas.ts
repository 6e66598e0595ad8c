import { X509Certificate } from 'node:crypto'

import { z } from 'zod'

/** As Android says which application asks: by the certificate it was signed with. */
export const AppOrigin = z
  .string()
  .regex(
    /^android:apk-key-hash:[\w-]{43}$/,
    'must be like android:apk-key-hash: and 43 characters of base64url',
  )

export const AndroidApp = z.strictObject({
  package: z
    .string()
    .max(200)
    .regex(/^[A-Za-z]\w*(\.[A-Za-z]\w*)+$/, 'must be a package name like com.example.app'),
  certificates: z
    .array(z.string().regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){31}$/, 'must be a SHA-256 fingerprint like 14:6D:…'))
    .min(1)
    .max(10),
})

/** Team and bundle, as Apple joins them. */
export const AppleApp = z
  .string()
  .max(200)
  .regex(/^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$/, 'must be like A1B2C3D4E5.com.example.app')

/** Node reads the first of several, so there must be only one. */
function isCertificate(pem: string): boolean {
  try {
    return pem.split('-----BEGIN').length === 2 && new X509Certificate(pem).ca
  } catch {
    return false
  }
}

/** One certificate that can be read. */
export const Certificate = z
  .string()
  .max(10_000)
  .refine(isCertificate, 'must be one certificate in PEM, which may issue others')
