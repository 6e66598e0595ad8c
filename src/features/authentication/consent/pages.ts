import type { Context } from 'koa'
import { z } from 'zod'

import { browserOf } from '../../../lib/browser.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { findUserBySubject, type User } from '../../accounts/index.ts'
import type { AskingDevice } from '../../oidc/index.ts'
import { displayHost } from '../../clients/index.ts'
import { demandCsrfToken } from '../csrf.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, clientShown, Csrf, InteractionParams, type StepCall, stepPage } from '../step.ts'
import { decideConsent } from './decide-consent.ts'

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
        const person = await personAtConsent(parts, call)
        return person ? showConsent(parts, ctx, call, person) : resume(parts, ctx, call.interaction)
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
        const person = await personAtConsent(parts, call)
        if (!person) throw errors.wrong_step()
        const ending = await decideConsent(parts, by, {
          interaction: call.interaction,
          person,
          ownClient: call.client?.firstParty === true,
          decision: form.decision,
        })
        return { redirect: await parts.oidc.interactions.finish(ctx, ending) }
      }),
  }),
]

/** Who is asked; null when this sign-in is not at its consent. */
async function personAtConsent(parts: Parts, { interaction }: StepCall): Promise<User | null> {
  if (interaction.subject === null) return null
  if (interaction.prompt !== 'consent') return null
  return findUserBySubject(parts.db, interaction.subject)
}

const described = new Set(['openid', 'profile', 'email', 'phone', 'address', 'offline_access'])

async function showConsent(parts: Parts, ctx: Context, call: StepCall, person: User): Promise<PageReply> {
  const { uid, redirectUri, requestedScopes, missingScopes, requestedClaims, missingClaims, device } =
    call.interaction
  const { client } = call
  if (device) return showDevice(parts, ctx, call, { person, device })
  const missing = new Set(missingScopes)
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
      scopes: [
        ...requestedScopes.map((name) => scopeShown(name, missing.has(name))),
        ...requestedClaims.map((name) => claimShown(name, missingClaims.includes(name))),
      ],
      remembered: true,
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
  const { uid, requestedScopes } = call.interaction
  const { client } = call
  return stepPage(parts, ctx, call, {
    view: 'authentication/device',
    locals: {
      action: `/interaction/${uid}/consent`,
      client: client && { ...clientShown(client), verified: client.ownerType === 'system' },
      person: { name: person.name ?? '', login: person.email ?? person.username ?? '' },
      scopes: requestedScopes.map((name) => scopeShown(name, true)),
      device: { userCode: device.userCode, ip: device.ip, ...browserOf(device.userAgent) },
    },
  })
}

function scopeShown(name: string, isNew: boolean) {
  const key = described.has(name) ? name : 'unknown'
  return { name, titleKey: `scopes.${key}.title`, detailKey: `scopes.${key}.detail`, isNew }
}

const claimShown = (name: string, isNew: boolean) => ({
  name,
  titleKey: `claims.${name}`,
  detailKey: 'claims.detail',
  isNew,
})
