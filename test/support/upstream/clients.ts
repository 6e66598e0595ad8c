import type { Context } from 'koa'

import { formOf, type Parameters } from './desk.ts'
import type { State } from './state.ts'

/** Whether the registered client asks, by its secret in the header or in the form (RFC 6749, section 2.3.1). */
export function clientAsks({ client }: State, ctx: Context): boolean {
  const { id, secret } = inHeader(ctx) ?? inForm(formOf(ctx))
  return id === client.id && secret === client.secret
}

interface Credentials {
  id: string | undefined
  secret: string | undefined
}

function inHeader(ctx: Context): Credentials | undefined {
  const [, encoded] = /^basic (.+)$/i.exec(ctx.get('authorization')) ?? []
  if (encoded === undefined) return undefined
  const parts = Buffer.from(encoded, 'base64').toString().split(':')
  const [id, secret] = parts.map((part) => decodeURIComponent(part.replaceAll('+', ' ')))
  return { id, secret }
}

const inForm = (form: Parameters): Credentials => ({ id: form.client_id, secret: form.client_secret })

/** A refusal of the token endpoint (RFC 6749, section 5.2). */
export function refuse(
  ctx: Context,
  error: 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type',
  description: string,
): void {
  ctx.status = error === 'invalid_client' ? 401 : 400
  ctx.body = { error, error_description: description }
}

/** Answers a call without a good access token (RFC 6750, section 3). */
export function refuseBearer(ctx: Context): void {
  ctx.status = 401
  ctx.set('www-authenticate', 'Bearer error="invalid_token"')
  ctx.body = { error: 'invalid_token' }
}
