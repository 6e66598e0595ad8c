import { sha256Hex } from '../../../platform/crypto/index.ts'
import type { App, Db } from '../../../platform/app.ts'
import { openValue, sealValue } from '../providers/sealed-secret.ts'
import { type UpstreamAnswer, type UpstreamTokens, Tokens } from '../upstream/answer.ts'
import * as tokens from './repository.ts'

const contextOf = ({ issuer, subject }: { issuer: string; subject: string }) =>
  `upstream-tokens:${sha256Hex(`${issuer} ${subject}`)}` as const

/** Keeps the tokens of an answer, sealed, in the caller's transaction; there are some only where the provider's record says so. */
export async function keepTokens(
  { config }: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  { userId, providerId, answer }: { userId: string; providerId: string; answer: UpstreamAnswer },
): Promise<void> {
  const { issuer, subject, tokens: given } = answer
  if (given === null) return
  const { sealed, sealingKeyId } = sealValue(config, contextOf(answer), JSON.stringify(given))
  const expiresAt = given.expires_at === null ? null : new Date(given.expires_at)
  await tokens.keep(tx, { issuer, subject, userId, providerId, sealed, sealingKeyId, expiresAt, at })
}

/** The tokens that are kept for an identity of this person; null when there are none. */
export async function readTokens(
  { config, db }: Pick<App, 'config' | 'db'>,
  identity: { issuer: string; subject: string; userId: string },
): Promise<UpstreamTokens | null> {
  const sealed = await tokens.find(db, identity)
  const text = sealed && openValue(config, contextOf(identity), { sealed })
  return text === null ? null : Tokens.parse(JSON.parse(text))
}
