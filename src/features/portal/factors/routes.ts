import { z } from 'zod'

import { endpoint, type Route } from '../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../authorization/index.ts'
import { beginTotp, type Factor, factorErrors, svgOf } from '../../factors/index.ts'
import type { Parts } from '../parts.ts'
import {
  confirmOwnTotp,
  listOwnFactors,
  removeOwnFactor,
  renameOwnFactor,
  renewOwnRecoveryCodes,
} from './own-factors.ts'
import { routes as sentRoutes } from './sent/routes.ts'
import {
  Enabled,
  FactorChange,
  FactorList,
  FactorParams,
  FactorView,
  FirstCode,
  NewTotp,
  RecoveryCodes,
  TotpEnrolment,
} from './schema.ts'

const recently = { signedInWithin: recentSignInSeconds }
const reading = { access: { permission: 'factors:read:own' }, ...recently } as const
const writing = { access: { permission: 'factors:write:own' }, ...recently } as const

/** What an app is called that nobody gave a name. */
export const usualName = 'Authenticator'

/** A person's second factors, for our own applications. Each wants a sign-in at the level that the person has. */
export const routes = (app: Parts): Route[] => [
  ...sentRoutes(app),
  endpoint({
    method: 'get',
    path: '/users/me/factors',
    summary: 'List what confirms my sign-ins a second time',
    ...reading,
    reply: { 200: FactorList },
    async handle({ caller }) {
      const { factors, recoveryCodesLeft } = await listOwnFactors(app, caller.userId)
      return { status: 200, body: { items: factors.map(shown), recovery_codes_left: recoveryCodesLeft } }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/factors/totp',
    summary: 'Begin to add an authenticator app',
    ...writing,
    body: NewTotp,
    reply: { 201: TotpEnrolment },
    async handle({ caller, body: { name = usualName } }) {
      const { id, key, uri, qr, expiresAt } = await beginTotp(app, { userId: caller.userId, name })
      const body = { id, secret: key, otpauth_uri: uri, qr_svg: svgOf(qr), expires_at: expiresAt }
      return { status: 201, body }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/factors/totp/:id/verify',
    summary: 'Turn the authenticator app on by a first code of it',
    ...writing,
    params: FactorParams,
    body: FirstCode,
    reply: { 200: Enabled },
    async handle({ caller, params: { id }, body: { code } }) {
      const { userId, sessionId: session } = caller
      const { recoveryCodes } = await confirmOwnTotp(app, caller, { userId, session, id, code })
      const factor = shown(await demandOwn(app, userId, id))
      return { status: 200, body: { factor, recovery_codes: recoveryCodes } }
    },
  }),

  endpoint({
    method: 'patch',
    path: '/users/me/factors/:id',
    summary: 'Call one of my factors something else',
    ...writing,
    params: FactorParams,
    body: FactorChange,
    reply: { 200: FactorView },
    async handle({ caller, params: { id }, body: { name } }) {
      const { userId } = caller
      await renameOwnFactor(app, caller, { userId, id, name })
      return { status: 200, body: shown(await demandOwn(app, userId, id)) }
    },
  }),

  endpoint({
    method: 'delete',
    path: '/users/me/factors/:id',
    summary: 'Remove one of my factors',
    ...writing,
    params: FactorParams,
    reply: { 204: z.undefined() },
    async handle({ caller, params: { id } }) {
      await removeOwnFactor(app, caller, { userId: caller.userId, id })
      return { status: 204 }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/factors/recovery-codes',
    summary: 'Get new recovery codes; the old ones end',
    ...writing,
    reply: { 201: RecoveryCodes },
    async handle({ caller }) {
      const { userId, sessionId: session } = caller
      const codes = await renewOwnRecoveryCodes(app, caller, { userId, session })
      return { status: 201, body: { recovery_codes: codes } }
    },
  }),
]

/** @throws factor_not_found (404): removed again at this very moment. */
async function demandOwn(app: Parts, userId: string, id: string): Promise<Factor> {
  const factor = (await listOwnFactors(app, userId)).factors.find((one) => one.id === id)
  if (!factor) throw factorErrors.factor_not_found()
  return factor
}

const shown = ({ id, kind, name, createdAt, lastUsedAt }: Factor) => ({
  ...{ id, kind, name, created_at: createdAt, last_used_at: lastUsedAt },
})
