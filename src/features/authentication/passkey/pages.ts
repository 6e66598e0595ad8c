import { z } from 'zod'

import { page, type PageRoute } from '../../../platform/http/index.ts'
import { AssertionResponse, beginAssertion, readJson } from '../../passkeys/index.ts'
import { attemptId, recordProof } from '../attempt.ts'
import { demandCsrfToken } from '../csrf.ts'
import { errors } from '../errors.ts'
import { formProblem } from '../form-problem.ts'
import { showLogin } from '../login/show-login.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, Csrf, InteractionParams } from '../step.ts'
import { enterByPasskey } from './enter.ts'

const OptionsForm = z.object({ csrf: Csrf })

/** What the browser's `toJSON()` gave, as it is. */
const PasskeyForm = z.object({ csrf: Csrf, credential: z.string().max(20_000) })

/** What a refusal says besides. */
const Told = z.object({ unknown_credential: z.string().optional() })

/** Signing in with a passkey: the script of the form asks for something to sign, and sends what was signed. */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'post',
    path: '/interaction/:uid/passkey/options',
    summary: 'Get what a passkey is to sign for this sign-in',
    limit: 'passkey',
    params: InteractionParams,
    form: OptionsForm,
    handle: ({ ctx, params, form }) =>
      atInteraction(parts, ctx, params.uid, async ({ interaction }) => {
        demandCsrfToken(parts, params.uid, form.csrf)
        if (interaction.prompt !== 'login') throw errors.wrong_step()
        return { json: await beginAssertion(parts, attemptId(interaction)) }
      }),
  }),

  page({
    method: 'post',
    path: '/interaction/:uid/passkey',
    summary: 'Sign in with a passkey',
    limit: 'passkey',
    leadsAnywhere: true,
    params: InteractionParams,
    form: PasskeyForm,
    handle: ({ ctx, by, params, form }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        const { interaction } = call
        if (interaction.prompt !== 'login') return resume(parts, ctx, interaction)
        try {
          demandCsrfToken(parts, params.uid, form.csrf)
          await enterByPasskey(
            parts,
            by,
            {
              attemptId: attemptId(interaction),
              clientId: interaction.clientId,
              response: readJson(AssertionResponse, form.credential),
              place: 'page',
            },
            (tx, at, proof) => recordProof(tx, at, attemptId(interaction), proof),
          )
        } catch (error) {
          const { members, ...problem } = formProblem(ctx, error)
          const { unknown_credential: credentialId = null } = Told.parse(members ?? {})
          return showLogin(parts, ctx, call, { login: '', problem, unknownPasskey: credentialId })
        }
        return resume(parts, ctx, interaction)
      }),
  }),
]
