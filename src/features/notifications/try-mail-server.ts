import type { Config } from '../../platform/config/index.ts'
import { transportOptions } from './mailer.ts'

/** Milliseconds. */
const patience = { dnsTimeout: 3_000, connectionTimeout: 4_000, greetingTimeout: 4_000, socketTimeout: 5_000 }

/**
 * Greets the mail server as if a mail were to follow: TLS as it is demanded of it, and the password. Null: it would take one; else
 * what stands in the way, in words without any secret.
 */
export async function tryMailServer(config: Pick<Config, 'issuer' | 'mail'>): Promise<string | null> {
  const { url } = config.mail
  if (!url) return 'SMTP_URL is not set'
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    ...transportOptions(config, new URL(url.reveal())),
    ...patience,
    pool: false,
  })
  try {
    await transport.verify()
    return null
  } catch (error) {
    const { code } = Object(error) as { code?: unknown } // nodemailer's errors have one
    return reasons[typeof code === 'string' ? code : ''] ?? 'refuses to talk'
  } finally {
    transport.close()
  }
}

/** By nodemailer's codes. */
const reasons: Record<string, string | undefined> = {
  ECONNECTION: 'cannot be reached',
  ESOCKET: 'cannot be reached',
  ETIMEDOUT: 'does not answer in time',
  EDNS: 'has a name that cannot be looked up',
  ETLS: 'offers no STARTTLS, or a certificate that is not good',
  EAUTH: 'refuses the user or password',
}
