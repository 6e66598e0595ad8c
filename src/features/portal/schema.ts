import { z } from 'zod'

import { after, limit } from '../../platform/http/index.ts'

export const EmailWanted = z.strictObject({ email: z.string().min(1).max(320) })

export const EmailAsked = z.object({
  /** Canonical. */
  email: z.string(),
  /** When the link that was sent there ends. */
  expires_at: z.date(),
})

export const App = z.object({
  client_id: z.string(),
  client_name: z.string().nullable(),
  logo_uri: z.string().nullable(),
  client_uri: z.string().nullable(),
  scopes: z.array(z.string()),
  since: z.date(),
})

export const Apps = z.object({ items: z.array(App) })

export const ClientParams = z.object({ client_id: z.string().min(1).max(600) })

/** The password may be given once more; who has signed in a moment ago need not. */
export const Deletion = z.strictObject({ password: z.string().min(1).max(1024).optional() })

export const Deleted = z.object({
  status: z.enum(['pending', 'deleted']),
  /** Until then the link in the letter undoes it. */
  delete_at: z.date().nullable(),
})

export const ListEvents = z.object({ limit, after })

export const Events = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      at: z.date(),
      action: z.string(),
      outcome: z.string(),
      /** Whether it was you; otherwise somebody else did it to your account, or did not prove to be you. */
      by_you: z.boolean(),
      client_id: z.string().nullable(),
      place: z.string().nullable(),
      user_agent: z.string().nullable(),
      /** Of a sign-in that is still kept; null for anything else. */
      sign_in: z
        .object({
          /** What was unusual about it, such as `device_new`; more may be added. */
          reasons: z.array(z.string()),
          /** You said that it was not you. */
          disowned: z.boolean(),
        })
        .nullable(),
    }),
  ),
  next: z.string().nullable(),
})

export const EventParams = z.object({ id: z.uuid() })

export const Disowned = z.object({
  /** A letter with a link to a new password is under way. */
  reset_sent: z.boolean(),
})

/** What each feature keeps about a person, by its own names; more may be added. */
export const PersonalData = z.record(z.string(), z.unknown())
