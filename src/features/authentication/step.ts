import type { Context } from 'koa'
import { z } from 'zod'

import type { PageReply } from '../../platform/http/index.ts'
import { type ClientRecord, displayHost } from '../clients/index.ts'
import type { Interaction } from '../oidc/index.ts'
import { languageLinks, present } from '../presentation/index.ts'
import { csrfToken } from './csrf.ts'
import type { Parts } from './parts.ts'

export const InteractionParams = z.object({ uid: z.string().min(1).max(100) })

/** Every form of a sign-in carries this. */
export const Csrf = z.string().max(200)

/** The answer to the challenge that a form carries while machines are at it; null in a quiet hour. */
export const Proof = z
  .string()
  .max(200)
  .default('')
  .transform((value) => (value === '' ? null : value))

/** One page of a sign-in, with the request of the client that waits for it. */
export interface StepCall {
  interaction: Interaction
  client: ClientRecord | null
}

/**
 * Runs a page of a sign-in for the interaction in its URL, which must be the one in this browser's cookie. Without one the
 * page says that it ended and how to begin again.
 */
export async function atInteraction(
  parts: Parts,
  ctx: Context,
  uid: string,
  show: (call: StepCall) => Promise<PageReply>,
): Promise<PageReply> {
  const interaction = await parts.oidc.interactions.current(ctx)
  if (!interaction || interaction.uid !== uid) return expired(parts, ctx)
  return show({ interaction, client: await parts.clients.get(interaction.clientId) })
}

async function expired(parts: Parts, ctx: Context): Promise<PageReply> {
  const { language } = await present(parts, ctx)
  return { view: 'authentication/expired', status: 400, language, locals: { client: null, restartUrl: null } }
}

/** What every page of a sign-in shows: its form's token, the client it continues to, other languages. */
export async function stepPage(
  parts: Parts,
  ctx: Context,
  { interaction, client }: StepCall,
  page: { view: string; status?: number; locals: Record<string, unknown> },
): Promise<PageReply> {
  const { uid, uiLocales, clientId } = interaction
  const { language } = await present(parts, ctx, { clientId, uiLocales })
  const shared = {
    csrf: csrfToken(parts, uid),
    client: client && clientShown(client),
    languageLinks: languageLinks(parts),
  }
  return { view: page.view, status: page.status ?? 200, language, locals: { ...shared, ...page.locals } }
}

/**
 * Where somebody else's client comes from, for people to judge: the host of its metadata document, which only its owner can write
 * to; else that of its redirect URI. Null for one of the system.
 */
function unverifiedHost({ id, ownerType, metadata }: ClientRecord): string | null {
  if (ownerType === 'system') return null
  return displayHost(id.startsWith('https://') ? id : (metadata.redirect_uris[0] ?? '')) || null
}

export const clientShown = (client: ClientRecord) => ({
  ...about(client),
  unverifiedHost: unverifiedHost(client),
})

const about = ({ name, metadata }: ClientRecord) => ({
  name,
  logoUri: metadata.logo_uri ?? null,
  policyUri: metadata.policy_uri ?? null,
  tosUri: metadata.tos_uri ?? null,
})
