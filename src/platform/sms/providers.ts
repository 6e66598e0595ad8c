import type { SmsConfig } from '../config/index.ts'
import type { OutgoingSms } from './message.ts'

interface ProviderRequest {
  headers: Record<string, string>
  body: string
}

/** How each kind of provider is asked to send a message. Success is any status of 2xx with all of them. */
export const providers: Record<
  SmsConfig['provider'],
  (config: SmsConfig, message: OutgoingSms) => ProviderRequest
> = {
  json: ({ token, from }, { id, to, text }) => ({
    headers: {
      authorization: `Bearer ${token.reveal()}`,
      'content-type': 'application/json',
      'idempotency-key': id,
    },
    body: JSON.stringify({ to, from, text }),
  }),
  // It knows no idempotency key: a message whose answer was lost may come twice, with the same code.
  twilio: ({ token, from }, { to, text }) => ({
    headers: {
      authorization: `Basic ${Buffer.from(token.reveal()).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      To: to,
      [from.startsWith('MG') ? 'MessagingServiceSid' : 'From']: from,
      Body: text,
    }).toString(),
  }),
}
