import { endpoint, type Route } from '../../../../platform/http/index.ts'
import { recentSignInSeconds } from '../../../authorization/index.ts'
import {
  beginMail,
  beginSms,
  type Begun,
  factorErrors,
  listFactors,
  sendCode,
} from '../../../factors/index.ts'
import type { Parts } from '../../parts.ts'
import { Enabled, FactorParams } from '../schema.ts'
import { confirmOwnSent } from './own-sent.ts'
import { CodeSent, NewPhone, SentCode } from './schema.ts'

const writing = {
  access: { permission: 'factors:write:own' },
  signedInWithin: recentSignInSeconds,
} as const

/** Codes by text message and by mail as second factors, for our own applications. */
export const routes = (app: Parts): Route[] => [
  endpoint({
    method: 'post',
    path: '/users/me/factors/sms',
    summary: 'Begin to add a phone, to which a code is sent',
    ...writing,
    body: NewPhone,
    reply: { 201: CodeSent },
    async handle({ caller, body: { phone_number: number, name } }) {
      const { userId, sessionId: session } = caller
      return { status: 201, body: shown(await beginSms(app, caller, { userId, session, number, name })) }
    },
  }),

  endpoint({
    method: 'post',
    path: '/users/me/factors/mail',
    summary: 'Begin to have codes mailed to my address, which one confirms',
    ...writing,
    reply: { 201: CodeSent },
    async handle({ caller }) {
      const { userId, sessionId: session } = caller
      return { status: 201, body: shown(await beginMail(app, caller, { userId, session })) }
    },
  }),

  ...(['sms', 'mail'] as const).flatMap((kind) => [
    endpoint({
      method: 'post',
      path: `/users/me/factors/${kind}/:id/verify`,
      summary: `Turn codes by ${inWords[kind]} on by the one that was sent`,
      ...writing,
      params: FactorParams,
      body: SentCode,
      reply: { 200: Enabled },
      async handle({ caller, params: { id }, body: { code } }) {
        const { userId, sessionId: session } = caller
        const { recoveryCodes } = await confirmOwnSent(app, caller, { userId, session, id, code })
        const factor = (await listFactors(app.db, userId)).find((one) => one.id === id)
        if (!factor) throw factorErrors.factor_not_found()
        const { name, createdAt, lastUsedAt } = factor
        const view = { id, kind: factor.kind, name, created_at: createdAt, last_used_at: lastUsedAt }
        return { status: 200, body: { factor: view, recovery_codes: recoveryCodes } }
      },
    }),

    endpoint({
      method: 'post',
      path: `/users/me/factors/${kind}/:id/resend`,
      summary: `Send another code by ${inWords[kind]} to what I am adding`,
      ...writing,
      params: FactorParams,
      reply: { 202: CodeSent },
      async handle({ caller, params: { id } }) {
        const { userId, sessionId: bound } = caller
        const sent = await sendCode(app, caller, { userId, factorId: id, purpose: 'enrol', bound })
        return { status: 202, body: shown({ id, ...sent }) }
      },
    }),
  ]),
]

const inWords = { sms: 'text message', mail: 'mail' }

const shown = ({ id, hint, expiresAt }: Begun) => ({ id, sent_to: hint, expires_at: expiresAt })
