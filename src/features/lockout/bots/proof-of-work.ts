import { epochSeconds, secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { constantTimeEqual, mac, randomMark, sha256 } from '../../../platform/crypto/index.ts'
import type { BotDefence, Proof, Purpose } from './bot-defence.ts'

type Keys = Pick<App, 'config'>

/** Self-hosted, without a puzzle: the sender's machine computes, or its person waits. */
export const proofOfWork: BotDefence = {
  makeChallenge: async (app, purpose) => ({
    ...makeChallenge(app, purpose, await app.settings.get('lockout.proof_difficulty')),
  }),
  checkAnswer: (app, answer, purpose) => Promise.resolve(readProof(app, answer, purpose)),
}

export interface Work {
  /** Time, difficulty, something random, and a MAC over these and what the proof is for. */
  challenge: string
  /**
   * A proof is `<challenge>:<suffix>` whose SHA-256 begins with this many zero bits; the suffix is up to 20 of `A-Z a-z 0-9 _ -`
   * (as in hashcash, Back 2002).
   */
  difficulty: number
  /** Who cannot compute may send `<challenge>` alone, not before this many seconds. */
  wait_seconds: number
}

/** Seconds a challenge is good for. */
const lifetime = 5 * 60

/** Seconds instead of work: for a browser without scripts. One such attempt per network and as many seconds. */
const waitSeconds = 15

export function makeChallenge(app: Keys, purpose: Purpose, difficulty: number): Work {
  const [key] = app.config.cookieKeys.reveal()
  if (!key) throw new Error('the configuration holds no cookie key')
  const text = `${epochSeconds(purpose.at)}.${difficulty}.${randomMark()}`
  return { challenge: `${text}.${markOf(key, text, purpose)}`, difficulty, wait_seconds: waitSeconds }
}

const shape =
  /^(?<challenge>(?<text>(?<issued>\d{1,12})\.(?<bits>\d{1,2})\.[\w-]{16})\.(?<mark>[\w-]{22}))(:[\w-]{1,20})?$/

/** What makes a presented proof good, and once only; null when it proves nothing. */
export function readProof(app: Keys, presented: string, purpose: Purpose): Proof | null {
  const { network, at } = purpose
  const { challenge = '', text = '', issued, bits, mark = '' } = shape.exec(presented)?.groups ?? {}
  const issuedAt = new Date(Number(issued) * 1000)
  const ours = app.config.cookieKeys
    .reveal()
    .some((key) => constantTimeEqual(markOf(key, text, purpose), mark))
  if (!ours || secondsAfter(issuedAt, lifetime) <= at) return null
  if (presented === challenge) return waited(issuedAt, network, at)
  if (leadingZeroBits(sha256(presented)) < Number(bits)) return null
  return { mark: sha256(challenge), expiresAt: secondsAfter(issuedAt, lifetime) }
}

/** Waiting costs an attacker nothing, so it is a network's turn that is used up, not the challenge. */
function waited(issuedAt: Date, network: string, at: Date): Proof | null {
  if (secondsAfter(issuedAt, waitSeconds) > at) return null
  const turn = Math.floor(epochSeconds(at) / waitSeconds)
  return { mark: sha256(`waited ${network} ${turn}`), expiresAt: secondsAfter(at, waitSeconds) }
}

const markOf = (key: Buffer, text: string, { path, network, account }: Purpose): string =>
  mac(key, 'lockout-challenge', `${text} ${path} ${network} ${account.toString('hex')}`)
    .subarray(0, 16)
    .toString('base64url')

export function leadingZeroBits(hash: Buffer): number {
  const first = hash.findIndex((byte) => byte !== 0)
  return first < 0 ? hash.length * 8 : first * 8 + Math.clz32(hash[first] ?? 0) - 24
}
