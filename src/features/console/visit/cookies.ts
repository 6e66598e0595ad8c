import type { Context } from 'koa'
import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { openJson, sealJson } from '../../../platform/crypto/index.ts'

type Machinery = Pick<App, 'config' | 'clock'>

/** A sign-in under way: what its answer must match, and where it leads. */
const Pending = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** A page of ours. */
  returnTo: z.string(),
  /** The `acr` that was asked for, where one was. */
  acr: z.string().nullable(),
})
export type Pending = z.infer<typeof Pending>

/** Somebody who signed in to the console, as the ID token said. What they may do is not kept: it is read at each request. */
const SignedIn = z.object({
  subject: z.string(),
  clientId: z.string(),
  /** Of the provider's session: the console's ends with it. */
  sid: z.string(),
  /** Seconds since 1970. */
  authTime: z.number().int(),
  acr: z.string().nullable(),
  /** The one that was asked for last: not asked for again where it cannot be reached. */
  askedAcr: z.string().nullable(),
  idToken: z.string(),
})
export type SignedIn = z.infer<typeof SignedIn>

const kinds = {
  /** Ten minutes, as long as a sign-in may take. */
  pending: { name: 'gatehouse_console_sign_in', shape: Pending, seconds: 600 },
  /** An hour; then the provider is asked again, which nobody sees as long as they are signed in there. */
  signedIn: { name: 'gatehouse_console', shape: SignedIn, seconds: 3600 },
} as const

export type Kind = keyof typeof kinds

const Kept = z.object({ until: z.number(), content: z.unknown() })

/**
 * What the console keeps is sealed in the browser's own cookies: nobody can read or make one, and every replica can open it. It
 * counts only as long as the provider's session lives, which is asked each time.
 */
function read<Content>({ config, clock }: Machinery, ctx: Context, kind: Kind, shape: z.ZodType<Content>) {
  const value = ctx.cookies.get(nameOf(config, kind), { signed: false })
  if (value === undefined) return null
  const kept = openJson(config.keyEncryptionKeys, `console:${kind}`, Buffer.from(value, 'base64url'), Kept)
  if (!kept || kept.until <= clock.now().getTime()) return null
  const content = shape.safeParse(kept.content)
  return content.success ? content.data : null
}

export const readPending = (app: Machinery, ctx: Context): Pending | null =>
  read(app, ctx, 'pending', Pending)

export const readSignedIn = (app: Machinery, ctx: Context): SignedIn | null =>
  read(app, ctx, 'signedIn', SignedIn)

export const keepPending = (app: Machinery, ctx: Context, content: Pending): void => {
  keep(app, ctx, 'pending', content)
}

export const keepSignedIn = (app: Machinery, ctx: Context, content: SignedIn): void => {
  keep(app, ctx, 'signedIn', content)
}

function keep({ config, clock }: Machinery, ctx: Context, kind: Kind, content: object): void {
  const until = clock.now().getTime() + kinds[kind].seconds * 1000
  const { sealed } = sealJson(config.keyEncryptionKeys, `console:${kind}`, { until, content })
  ctx.cookies.set(nameOf(config, kind), sealed.toString('base64url'), attributesOf(config))
}

export function forget({ config }: Pick<App, 'config'>, ctx: Context, kind: Kind): void {
  ctx.cookies.set(nameOf(config, kind), null, attributesOf(config))
}

const isHttps = ({ issuer }: App['config']): boolean => issuer.startsWith('https:')

const nameOf = (config: App['config'], kind: Kind): string =>
  `${isHttps(config) ? '__Host-' : ''}${kinds[kind].name}`

/** `lax`: the way back from a sign-in elsewhere begins at another site. */
const attributesOf = (config: App['config']) =>
  ({
    httpOnly: true,
    sameSite: 'lax',
    secure: isHttps(config),
    path: '/',
    signed: false,
    overwrite: true,
  }) as const
