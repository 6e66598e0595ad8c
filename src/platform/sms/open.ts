import type { SmsConfig } from '../config/index.ts'
import type { Outbound } from '../outbound/index.ts'
import type { OutgoingSms } from './message.ts'
import { providers } from './providers.ts'

/** What came of one attempt. */
export type SmsResult =
  | { result: 'sent' }
  /** The provider will not have this message at all. */
  | { result: 'refused'; reason: string }
  /** Nothing is decided: to be tried again. `ours`: until an operator sets something right, nothing goes out. */
  | { result: 'failed'; reason: string; ours: boolean }

/** The way to the provider. */
export interface Sms {
  /** Tries once, within the time of an outbound call. What the provider says is a result, never thrown. */
  send(message: OutgoingSms): Promise<SmsResult>
}

export function openSms(config: SmsConfig | null, outbound: Pick<Outbound, 'fetch'>): Sms {
  return {
    async send(message) {
      if (!config) return { result: 'failed', reason: 'SMS_URL is not set', ours: true }
      const request = providers[config.provider](config, message)
      try {
        const reply = await outbound.fetch(config.url.reveal(), { method: 'POST', ...request })
        await reply.body?.cancel() // may repeat the number, and says nothing that its status does not
        return resultOf(reply.status)
      } catch (error) {
        return { result: 'failed', reason: nameOf(error), ours: false }
      }
    },
  }
}

/**
 * 2xx: taken over (RFC 9110, section 15.3). 401, 403 and 404 are about who we are and where we call, 408, 425 and 429 about
 * the moment: the message itself is as good as before.
 */
function resultOf(status: number): SmsResult {
  const reason = `HTTP ${status}`
  if (status >= 200 && status < 300) return { result: 'sent' }
  if ([401, 402, 403, 404].includes(status) || status < 400) return { result: 'failed', reason, ours: true }
  if ([408, 425, 429].includes(status) || status >= 500) return { result: 'failed', reason, ours: false }
  return { result: 'refused', reason }
}

/** `TimeoutError`, or the code of what is beneath; a message could repeat what was sent. */
function nameOf(error: unknown): string {
  const { name, cause } = Object(error) as { name?: unknown; cause?: unknown } // both checked below
  const { code } = Object(cause) as { code?: unknown }
  if (typeof code === 'string') return code
  return typeof name === 'string' ? name : 'Error'
}
