import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { mac, newId } from '../../../platform/crypto/index.ts'
import { canonicalLogin, type User } from '../../accounts/index.ts'
import { mayDoMoreThanOwn } from '../../authorization/index.ts'
import { demandProof, type Demanding } from '../../lockout/index.ts'
import { createLink, lifetimeSeconds } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import type { Job } from '../../outbox/index.ts'
import { type Asking, mailJob, type Reachable, requestMail } from '../mail-request.ts'
import { codeHash, newCode } from './code.ts'
import * as mails from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/** Seconds from the asking to the end of what is mailed (NIST SP 800-63B-4, section 3.1.3.2: ten minutes at most). */
export const mailSeconds = lifetimeSeconds['sign-in']

export interface AskingToSignIn extends Asking {
  /** What only who asks has. */
  holderHash: Buffer
  /** The application the person signs in to. */
  clientId: string
}

/**
 * Asks for a letter with a link and a code that sign somebody in. The same steps, rows and answer for a person who gets it, one
 * who does not and one who does not exist (CASES LG-03); the letter goes to the address in the account.
 *
 * @throws proof_required (401): so many mails are asked for that machines must be at it.
 */
export async function requestSignInMail(
  app: Demanding,
  by: By,
  { login, proof, holderHash, clientId }: AskingToSignIn,
): Promise<void> {
  await demandProof(app, by, { path: 'sign-in-by-mail', name: login, proof })
  const id = newId(app.clock.now())
  const nobodys = idOfNobody(app, login)
  const also = (tx: Db, at: Date, user: User | null) => {
    const personId = user?.id ?? nobodys
    const expiresAt = secondsAfter(at, mailSeconds)
    return mails.insert(tx, { id, holderHash, personId, clientId, at, expiresAt })
  }
  const request = { job: 'sign-in-mail.send', action: 'sign_in.mail_requested', also, about: id } as const
  await requestMail(app, by, request, login)
}

/**
 * An id for whoever nobody is: the same for the same name, so that tries are counted as somebody's are. No user has one of
 * version 8 (RFC 9562, section 5.8).
 */
function idOfNobody({ config }: Machinery, login: string): string {
  const [pepper] = config.peppers.reveal()
  if (!pepper) throw new Error('the configuration holds no pepper')
  const name = canonicalLogin(login) ?? `\0${login.normalize('NFKC').trim()}`
  const hex = mac(pepper.bytes, 'sign-in-mail-nobody', name).toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Who may sign in, or could by proving the address. Whoever is locked or disabled hears nothing: they did not ask, or know. */
export const mayEnter: Record<User['status'], boolean> = {
  pending: true,
  active: true,
  locked: false,
  disabled: false,
  deleted: false,
}

export const signInMailJob = (app: Machinery & Pick<App, 'limits' | 'log'>): Job =>
  mailJob(
    app,
    'sign-in-mail.send',
    ({ status }) => mayEnter[status],
    async (tx, at, user, id) => {
      if (await mayDoMoreThanOwn(tx, user.id, at)) return sendRefusal(app, tx, at, user)
      const expiresAt = id === undefined ? null : await mails.holdUnwritten(tx, id, at)
      if (id !== undefined && expiresAt) await sendLinkAndCode(app, tx, at, user, { id, expiresAt })
    },
  )

async function sendLinkAndCode(
  app: Machinery,
  tx: Db,
  at: Date,
  { id: userId, email: to, locale: language }: Reachable,
  { id, expiresAt }: { id: string; expiresAt: Date },
): Promise<void> {
  const link = await createLink(tx, at, { purpose: 'sign-in', userId, address: to })
  const code = newCode()
  await mails.noteWritten(tx, { id, linkId: link.id, codeHash: codeHash(app, id, code) })
  const url = `${app.config.issuer}/sign-in-link/${link.token}`
  const locals = { url, expiresAt, code: `${code.slice(0, 4)} ${code.slice(4)}` }
  await sendMail(app, tx, at, { letter: 'sign-in-link', to, language, userId, locals, expiresAt })
}

/** Whoever may do more than with their own account signs in by what is worth more than their mailbox. */
async function sendRefusal(
  app: Machinery,
  tx: Db,
  at: Date,
  { id: userId, email: to, locale: language }: Reachable,
): Promise<void> {
  const locals = { url: `${app.config.issuer}/recovery` }
  await sendMail(app, tx, at, { letter: 'sign-in-refused', to, language, userId, locals })
}
