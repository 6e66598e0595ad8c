import { z } from 'zod'

import { endpoint, type Route } from '../../platform/http/index.ts'
import type { WithSettings } from '../settings/index.ts'

const RelatedOrigins = z.object({ origins: z.array(z.string()) })

/** Which other origins may use our passkeys, for browsers (Web Authentication Level 3, section 5.11). */
export const routes = ({ settings }: WithSettings): Route[] => [
  endpoint({
    method: 'get',
    path: '/.well-known/webauthn',
    summary: 'Say which other origins may use passkeys of this one',
    access: 'public',
    reply: { 200: RelatedOrigins },
    async handle() {
      return { status: 200, body: { origins: await settings.get('passkeys.related_origins') } }
    },
  }),
]
