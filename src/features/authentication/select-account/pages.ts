import { z } from 'zod'

import { page, type PageRoute } from '../../../platform/http/index.ts'
import { findUserBySubject, type User } from '../../accounts/index.ts'
import { demandCsrfToken } from '../csrf.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { resume } from '../resume.ts'
import { atInteraction, Csrf, InteractionParams, type StepCall, stepPage } from '../step.ts'

const path = '/interaction/:uid/account'

const ChoiceForm = z.object({ csrf: Csrf, account: z.enum(['same', 'another']) })

/**
 * Who goes on to a client that asks for a choice (`prompt=select_account`, OpenID Connect Core 1.0, section 3.1.2.1): the one
 * person who is signed in in this browser, or somebody else, who then signs in.
 */
export const pages = (parts: Parts): PageRoute[] => [
  page({
    method: 'get',
    path,
    summary: 'Ask which account goes on',
    leadsAnywhere: true,
    params: InteractionParams,
    handle: ({ ctx, params }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        const person = await personAtChoice(parts, call)
        if (!person) return resume(parts, ctx, call.interaction)
        return stepPage(parts, ctx, call, {
          view: 'authentication/select-account',
          locals: {
            action: `/interaction/${params.uid}/account`,
            person: { name: person.name ?? '', login: person.email ?? person.username ?? '' },
          },
        })
      }),
  }),

  page({
    method: 'post',
    path,
    summary: 'Go on with the account of this browser, or with another',
    leadsAnywhere: true,
    params: InteractionParams,
    form: ChoiceForm,
    handle: ({ ctx, params, form }) =>
      atInteraction(parts, ctx, params.uid, async (call) => {
        demandCsrfToken(parts, params.uid, form.csrf)
        if (!(await personAtChoice(parts, call))) throw errors.wrong_step()
        return { redirect: await parts.oidc.interactions.finish(ctx, { selected: form.account }) }
      }),
  }),
]

/** Who is signed in; null when this sign-in asks for no choice. */
async function personAtChoice(parts: Parts, { interaction }: StepCall): Promise<User | null> {
  if (interaction.prompt !== 'select_account' || interaction.subject === null) return null
  return findUserBySubject(parts.db, interaction.subject)
}
