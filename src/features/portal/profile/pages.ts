import type { Context } from 'koa'
import { z } from 'zod'

import { page, type PageReply, type PageRoute } from '../../../platform/http/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { changeDetails, mergeDetails } from '../../accounts/index.ts'
import { accountPage, atAccount, demandOwnForm, done, type Visit } from '../visit/at-account.ts'
import { places } from '../visit/places.ts'
import type { Portal } from '../visit/sign-in.ts'
import {
  type FieldTexts,
  ProfileForm,
  type ProfileValues,
  readForm,
  valuesOf,
  withEveryField,
} from './form.ts'

const Query = z.object({ done: z.literal('saved').optional().catch(undefined) })

export const pages = (portal: Portal): PageRoute[] => [
  page({
    method: 'get',
    path: places.profile,
    summary: 'Show my profile',
    query: Query,
    handle: ({ ctx, by, query }) =>
      atAccount(portal, ctx, { place: 'profile', by }, (visit) =>
        showProfile(portal, ctx, visit, {
          values: valuesOf(visit),
          notice: query.done === undefined ? null : 'account.profile.saved',
        }),
      ),
  }),

  page({
    method: 'post',
    path: places.profile,
    summary: 'Change my profile',
    form: ProfileForm,
    handle: ({ ctx, by, form }) =>
      atAccount(portal, ctx, { place: 'profile', by }, async (visit) => {
        demandOwnForm(portal, visit, form.csrf)
        const read = readForm(form)
        const problems = 'problems' in read ? read.problems : await tryChange(portal, visit, read.change)
        return problems
          ? showProfile(portal, ctx, visit, { values: form, problems })
          : done('profile', 'saved')
      }),
  }),
]

const refusals: Record<string, FieldTexts> = {
  username_invalid: { username: 'fields.username_invalid' },
  username_taken: { username: 'fields.username_taken' },
}

async function tryChange(
  portal: Portal,
  { by, user }: Visit,
  change: Parameters<typeof mergeDetails>[1],
): Promise<FieldTexts | null> {
  try {
    await changeDetails(portal, by, user.id, (before) => mergeDetails(before, change))
    return null
  } catch (error) {
    const problems = error instanceof Problem ? refusals[error.code] : undefined
    if (!problems) throw error
    return problems
  }
}

interface Shown {
  values: ProfileValues
  problems?: FieldTexts
  notice?: string | null
}

async function showProfile(portal: Portal, ctx: Context, visit: Visit, shown: Shown): Promise<PageReply> {
  const { values, problems = {}, notice = null } = shown
  const wrong = Object.keys(problems).length > 0
  return accountPage(portal, ctx, visit, {
    view: 'account/profile',
    status: wrong ? 422 : 200,
    notice,
    problem: wrong ? 'problems.check_fields' : null,
    locals: {
      values,
      problems: withEveryField(problems),
      locales: choices(portal.views.languages, values.locale),
      zones: choices(Intl.supportedValuesOf('timeZone'), values.zoneinfo),
    },
  })
}

/** What can be chosen, with what was chosen elsewhere. */
const choices = (offered: readonly string[], chosen: string): string[] =>
  chosen === '' || offered.includes(chosen) ? [...offered] : [chosen, ...offered]
