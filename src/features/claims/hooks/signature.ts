import { createHmac } from 'node:crypto'

import { randomBytes } from '../../../platform/crypto/index.ts'

const prefix = 'whsec_'

/** 256 bits, in the form that libraries of Standard Webhooks take. */
export const newSecret = (): string => prefix + randomBytes(32).toString('base64')

export interface Signed {
  id: string
  /** Seconds since 1970. */
  timestamp: number
  body: string
}

/** Headers by which a receiver knows who asks, and when (Standard Webhooks 1.0.0, symmetric signature `v1`). */
export function signatureHeaders(secret: string, { id, timestamp, body }: Signed): Record<string, string> {
  const key = Buffer.from(secret.slice(prefix.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  }
}
