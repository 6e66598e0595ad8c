import type { Context } from 'koa'
import { z } from 'zod'

import { browserOf } from '../../../lib/browser.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { findUserBySubject, type User } from '../../accounts/index.ts'
import type { AskingDevice } from '../../oidc/index.ts'
import { displayHost } from '../../clients/index.ts'
import { present } from '../../presentation/index.ts'
import { demandCsrfToken } from '../csrf.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, clientShown, Csrf, InteractionParams, type StepCall, stepPage } from '../step.ts'
import { decideConsent } from './decide-consent.ts'
import { detailsShown, scopesShown } from './shown.ts'

const path = '/interaction/:uid/consent'

const ConsentForm = z.object({ csrf: Csrf, decision: z.enum(['approve', 'decline']) })

export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Show what a client asks for',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        const asked = await personAtConsent(parts, call)
        return asked ? showConsent(parts, ctx, call, asked.person) : resume(parts, ctx, call.interaction)
      }),
  }),

  page({
    method: 'post',
    path,
    summary: 'Let a client have what it asks for, or not',
    leadsAnywhere: true,
    params: InteractionParams,
    form: ConsentForm,
    handle: ({ ctx, by, params, form }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        demandCsrfToken(parts, params.uid, form.csrf)
        const asked = await personAtConsent(parts, call)
        if (!asked) throw errors.wrong_step()
        const ending = await decideConsent(parts, by, {
          interaction: call.interaction,
          person: asked.person,
          ownClient: call.client?.firstParty === true,
          decision: form.decision,
        })
        return { redirect: await parts.oidc.interactions.finish(ctx, ending) }
      }),
  }),
]

/** Who is asked; null when this sign-in is not at its consent. */
async function personAtConsent(
  parts: Parts,
  { interaction: { subject, prompt } }: StepCall,
): Promise<{ person: User; subject: string } | null> {
  if (subject === null || prompt !== 'consent') return null
  const person = await findUserBySubject(parts.db, subject)
  return person && { person, subject }
}

async function showConsent(parts: Parts, ctx: Context, call: StepCall, person: User): Promise<PageReply> {
  const { uid, redirectUri, uiLocales, clientId, device } = call.interaction
  const { client } = call
  if (device) return showDevice(parts, ctx, call, { person, device })
  const { language } = await present(parts, ctx, { clientId, uiLocales })
  const scopes = await scopesShown(parts, call.interaction, language)
  const details = await detailsShown(parts, call.interaction, language)
  return stepPage(parts, ctx, call, {
    view: 'authentication/consent',
    locals: {
      action: `/interaction/${uid}/consent`,
      client: client && {
        ...clientShown(client),
        host: redirectUri === null ? '' : displayHost(redirectUri).replace(/:$/, ''),
        verified: client.ownerType === 'system',
      },
      person: { name: person.name ?? '', login: person.email ?? person.username ?? '' },
      // Our own clients have all their scopes without asking: their pages show what is asked for in detail.
      scopes: client?.firstParty && details.length > 0 ? scopes.filter(({ isNew }) => isNew) : scopes,
      details,
      remembered: details.length === 0,
    },
  })
}

/** A device is looked at as a whole each time: what was agreed to before says nothing about who holds this one. */
async function showDevice(
  parts: Parts,
  ctx: Context,
  call: StepCall,
  { person, device }: { person: User; device: AskingDevice },
): Promise<PageReply> {
  const { uid, uiLocales, clientId } = call.interaction
  const { client } = call
  const { language } = await present(parts, ctx, { clientId, uiLocales })
  const scopes = await scopesShown(parts, call.interaction, language)
  return stepPage(parts, ctx, call, {
    view: 'authentication/device',
    locals: {
      action: `/interaction/${uid}/consent`,
      client: client && { ...clientShown(client), verified: client.ownerType === 'system' },
      person: { name: person.name ?? '', login: person.email ?? person.username ?? '' },
      scopes: scopes.map((scope) => ({ ...scope, isNew: true })),
      device: { userCode: device.userCode, ip: device.ip, ...browserOf(device.userAgent) },
    },
  })
}
