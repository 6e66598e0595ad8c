import { z } from 'zod'

import { after, limit } from '../../../platform/http/index.ts'

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

export const sessionSorts = ['-started_at', 'started_at'] as const

export const ListSessions = z.strictObject({
  user_id: z.uuid().optional(),
  client_id: z.string().max(600).optional(),
  ip: z.string().max(64).optional(),
  state: z.enum(['live', 'ended', 'all']).default('live'),
  started_since: Instant.optional(),
  started_until: Instant.optional(),
  used_since: Instant.optional(),
  sort: z.enum(sessionSorts).default('-started_at'),
  limit,
  after,
})
export type ListSessions = z.infer<typeof ListSessions>

export const ListSessionsOf = z.strictObject({
  state: z.enum(['live', 'ended', 'all']).default('live'),
  limit,
  after,
})

/** A browser or app where somebody is signed in, as an administrator sees it. */
export const SessionView = z.object({
  id: z.string(),
  user: z.object({
    id: z.uuid(),
    email: z.string().nullable(),
    username: z.string().nullable(),
    name: z.string().nullable(),
  }),
  ip: z.string().meta({ description: 'Where it began.' }),
  last_ip: z.string().meta({ description: 'Where it was used last.' }),
  user_agent: z.string(),
  browser: z.string().nullable().meta({ description: 'As the browser calls itself; a hint, no proof.' }),
  system: z.string().nullable(),
  acr: z.string().nullable(),
  amr: z.array(z.string()),
  authenticated_at: z.date(),
  started_at: z.date(),
  last_used_at: z.date().meta({ description: 'To the minute.' }),
  ended_at: z.date().nullable(),
  end_reason: z.string().nullable(),
  clients: z
    .array(
      z.object({
        client_id: z.string(),
        session_id: z.string().meta({ description: 'The sid in the tokens of this client.' }),
        ended: z.boolean(),
      }),
    )
    .meta({ description: 'Applications it reached.' }),
})
export type SessionView = z.infer<typeof SessionView>

export const SessionPage = z.object({ items: z.array(SessionView), next: z.string().nullable() })

export const SessionParams = z.object({ id: z.string().max(100) })
