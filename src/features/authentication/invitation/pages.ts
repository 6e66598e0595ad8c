import type { Context } from 'koa'
import { z } from 'zod'

import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { canonicalEmail } from '../../accounts/index.ts'
import { minimumLength } from '../../credentials/index.ts'
import {
  acceptInvitation,
  findOpenInvitation,
  invitationErrors,
  spendInvitation,
} from '../../invitations/index.ts'
import { languageLinks, present } from '../../presentation/index.ts'
import { markMaker } from '../browser-marks.ts'
import { csrfToken, demandCsrfToken } from '../csrf.ts'
import { errors } from '../errors.ts'
import { type FormProblem, formProblem } from '../form-problem.ts'
import type { Parts } from '../parts.ts'
import type { FieldTexts } from '../register/refused-fields.ts'
import { register, verificationDemanded } from '../register/register.ts'
import { RegisterForm } from '../register/schema.ts'
import { showVerificationSent } from '../verification/pages.ts'

const path = '/invitation/:token'

const Params = z.object({ token: z.string().regex(/^[\w-]{43}$/) })

/** Looking at the link changes nothing, so that a mail scanner may; the form uses it up. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Show the form of somebody who was invited',
    params: Params,
    handle: async ({ params }) => {
      await demandRegistration(parts)
      const invitation = await findOpenInvitation(parts, params.token)
      if (!invitation) throw invitationErrors.invitation_invalid()
      const values = { email: invitation.email ?? '', username: '', name: '' }
      return showForm(parts, invitation, { token: params.token, values })
    },
  }),

  page({
    method: 'post',
    path,
    summary: 'Accept an invitation by making an account',
    limit: 'register',
    params: Params,
    form: RegisterForm,
    handle: async ({ ctx, by, params, form }) => {
      const { token } = params
      await demandRegistration(parts)
      const invitation = await findOpenInvitation(parts, token)
      if (!invitation) throw invitationErrors.invitation_invalid()
      const values = { email: form.email, username: form.username ?? '', name: form.name ?? '' }
      try {
        demandCsrfToken(parts, token, form.csrf)
        const fieldProblems = isFor(invitation, form.email)
          ? await accept(parts, ctx, by, { token, form, mailed: invitation.mailed })
          : ({ email: 'fields.email_invalid' } satisfies FieldTexts)
        if (fieldProblems) return await showForm(parts, invitation, { token, values, fieldProblems })
      } catch (error) {
        return showForm(parts, invitation, { token, values, problem: formProblem(ctx, error) })
      }
      if (!invitation.mailed && (await verificationDemanded(parts)))
        return showVerificationSent(parts, ctx, form.email)
      return { view: 'authentication/welcome', locals: { languageLinks: languageLinks(parts) } }
    },
  }),
]

interface Accepted {
  token: string
  form: RegisterForm
  /** Who accepts a mailed invitation reads the mail of its address: that needs no other proof. */
  mailed: boolean
}

async function accept(parts: Parts, ctx: Context, by: By, { token, form, mailed }: Accepted) {
  const { language } = await present(parts, ctx)
  let userId = newId(parts.clock.now()) // nobody, where the address was taken
  const whenTaken = (tx: Db, at: Date) => spendInvitation(tx, at, by, token)
  const registration = { ...form, language, addressProven: mailed, whenTaken }
  const fieldProblems = await register(parts, by, registration, async (tx, at, self, user) => {
    userId = user.id
    await acceptInvitation(tx, at, self, { token, userId })
  })
  if (!fieldProblems && !mailed) markMaker(parts, ctx, userId)
  return fieldProblems
}

/** Closed means closed to everybody: then not even a link that was given out before makes an account. */
async function demandRegistration(parts: Parts): Promise<void> {
  if ((await parts.settings.get('registration.mode')) === 'closed') throw errors.registration_closed()
}

const isFor = (invitation: { email: string | null }, typed: string): boolean =>
  invitation.email === null || invitation.email === canonicalEmail(typed)

interface Shown {
  token: string
  values: { email: string; username: string; name: string }
  fieldProblems?: FieldTexts
  problem?: FormProblem
}

async function showForm(
  parts: Parts,
  { mailed }: { mailed: boolean },
  { token, ...shown }: Shown,
): Promise<PageReply> {
  return {
    view: 'authentication/register',
    status: shown.problem?.status ?? (shown.fieldProblems ? 422 : 200),
    locals: {
      action: `/invitation/${token}`,
      csrf: csrfToken(parts, token),
      client: null,
      values: shown.values,
      problem: shown.problem?.key ?? null,
      proof: null,
      fieldProblems: shown.fieldProblems ?? {},
      loginUrl: null,
      passwordMinimum: await minimumLength(parts),
      invitation: true,
      providers: [],
      federationAction: null,
      askUsername: mailed || !(await verificationDemanded(parts)),
      languageLinks: languageLinks(parts),
    },
  }
}
