import { z } from 'zod'

import { readJson } from './read-json.ts'

/** What a browser says about a signature it asked for (Web Authentication Level 3, section 5.8.1). */
const ClientData = z.object({
  challenge: z.string().min(1).max(200),
  crossOrigin: z.boolean().optional(),
})

/**
 * The challenge that was signed. Null for what cannot be read, or what was asked for inside another site's page: none of
 * ours can be framed (section 7.1, step 10; section 7.2, step 13).
 */
export function challengeIn(clientDataJson: string): string | null {
  const data = readJson(ClientData, Buffer.from(clientDataJson, 'base64url').toString('utf8'))
  return data === null || data.crossOrigin === true ? null : data.challenge
}
