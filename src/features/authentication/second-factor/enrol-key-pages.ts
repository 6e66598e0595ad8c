import type { Context } from 'koa'
import { z } from 'zod'

import type { By } from '../../../platform/app.ts'
import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import {
  beginRegistration,
  KeyKind,
  passkeyErrors,
  readJson,
  RegistrationResponse,
} from '../../passkeys/index.ts'
import { attemptId } from '../attempt.ts'
import { demandCsrfToken } from '../csrf.ts'
import { formProblem, keyTexts } from '../form-problem.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { Csrf, InteractionParams, type StepCall } from '../step.ts'
import { atEnrolment, showCodes, showEnrol } from './at-enrolment.ts'
import type { ProvenStanding } from './at-second-factor.ts'
import { addKey } from './enrol-key.ts'
import { mayAddKey } from './may-add.ts'
import { boundTo } from './shown.ts'

const path = '/interaction/:uid/enrol/key'

const OptionsForm = z.object({ csrf: Csrf, purpose: KeyKind.default('passkey') })

const Form = z.object({ csrf: Csrf, credential: z.string().max(40_000).default('') })

/** Setting up a passkey or security key on the way in. The script of the form has it made, and sends what was made. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'post',
    path: `${path}/options`,
    summary: 'Get what this browser makes a passkey or security key with, for this sign-in',
    limit: 'passkey',
    params: InteractionParams,
    form: OptionsForm,
    handle: ({ ctx, params: { uid }, form }) =>
      atEnrolment(parts, ctx, uid, async ({ interaction }, standing) => {
        demandCsrfToken(parts, uid, form.csrf)
        if (!mayAddKey(standing)) throw passkeyErrors.passkey_refused()
        const session = boundTo(attemptId(interaction))
        return { json: await beginRegistration(parts, { userId: standing.userId, session }, form.purpose) }
      }),
  }),

  page({
    method: 'post',
    path,
    summary: 'Add the passkey or security key, and go on',
    limit: 'passkey',
    leadsAnywhere: true,
    params: InteractionParams,
    form: Form,
    handle: ({ ctx, by, params: { uid }, form }) =>
      atEnrolment(parts, ctx, uid, async (call, standing) => {
        try {
          demandCsrfToken(parts, uid, form.csrf)
          return await add(parts, ctx, by, call, standing, form.credential)
        } catch (error) {
          return showEnrol(parts, ctx, call, standing, formProblem(ctx, error, keyTexts))
        }
      }),
  }),
]

async function add(
  parts: Parts,
  ctx: Context,
  by: By,
  call: StepCall,
  standing: ProvenStanding,
  credential: string,
): Promise<PageReply> {
  const response = readJson(RegistrationResponse, credential)
  if (!response || !mayAddKey(standing)) throw passkeyErrors.passkey_refused()
  const { userId, provenAt } = standing
  const codes = await addKey(parts, by, {
    ...{ attemptId: attemptId(call.interaction), userId, provenAt, response },
  })
  return codes === null ? resume(parts, ctx, call.interaction) : showCodes(parts, ctx, call, userId, codes)
}
