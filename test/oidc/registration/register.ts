import { changeSetting, type SettingKey } from '../../../src/features/settings/index.ts'
import type { Gatehouse } from '../../../src/app.ts'
import { createInitialToken, type WantedToken } from '../../../src/features/registration/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { keepSecret } from '../../support/canary.ts'
import { type Answer, bearer } from '../tokens/requests.ts'

type Running = { app: Gatehouse; issuer: string }

export const callback = 'https://rp.example/cb'

/** Each call comes from a network of its own, since registrations of one are counted. */
export const manyNetworks = { variables: { TRUST_PROXY: '127.0.0.0/8,::1' } }

const networks = (function* (): Generator<string, string> {
  for (let number = 1; ; number++) yield `203.${(number >> 8) & 255}.${number & 255}.7`
})()

/** Sends JSON, with a token where one is given. */
export async function send(
  method: string,
  url: string,
  body?: unknown,
  token?: string,
): Promise<Answer & { body: Record<string, unknown> }> {
  const reply = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && bearer(token)),
      'x-forwarded-for': networks.next().value,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    redirect: 'manual',
  })
  const text = await reply.text()
  const parsed = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  keepSecret(asText(parsed.client_secret), asText(parsed.registration_access_token))
  return { status: reply.status, headers: reply.headers, body: parsed }
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const set = (app: Gatehouse, key: SettingKey, value: unknown): Promise<unknown> =>
  changeSetting(app, bySystem, key, value)

/** A right to register, as an operator would make it. */
export async function initialToken(app: Gatehouse, wanted: Partial<WantedToken> = {}): Promise<string> {
  const { token } = await createInitialToken(app, bySystem, {
    name: null,
    uses: 1_000,
    lifetimeSeconds: 3_600,
    policy: null,
    ...wanted,
  })
  keepSecret(token)
  return token
}

export const register = (
  { issuer }: Pick<Running, 'issuer'>,
  metadata: unknown,
  token?: string,
): ReturnType<typeof send> => send('POST', `${issuer}/register`, metadata, token)
