import { createHmac } from 'node:crypto'

import { randomBytes } from './random.ts'

const prefix = 'whsec_'

/** 256 bits, in the form that libraries of Standard Webhooks take. */
export const newWebhookSecret = (): string => prefix + randomBytes(32).toString('base64')

export interface WebhookMessage {
  id: string
  /** Seconds since 1970. */
  timestamp: number
  body: string
}

/**
 * Headers by which a receiver knows who sends, and when (Standard Webhooks 1.0.0, symmetric signature `v1`): one signature for each
 * secret, so that a receiver may know either while one takes the place of the other.
 */
export function webhookHeaders(
  secrets: readonly string[],
  { id, timestamp, body }: WebhookMessage,
): Record<string, string> {
  const signed = (secret: string): string => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  }
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map(signed).join(' '),
  }
}
