import type { Context } from 'koa'
import { z } from 'zod'

import type { PageReply } from '../../platform/http/index.ts'
import { languageLinks } from '../presentation/index.ts'
import { type FormProblem, formProblem, type OwnTexts } from './form-problem.ts'
import type { FieldTexts } from './register/refused-fields.ts'
import type { Parts } from './parts.ts'
import { Proof, type StepCall, stepPage } from './step.ts'

/** What a mail that somebody asks for is about; also the section of its texts. */
export type MailKind = 'recovery' | 'verification'

/** Who asks says of themselves only who they are. One value: a list of them is refused at the edge (CASES PW-03). */
export const AskForm = z.object({
  csrf: z.string().max(200).default(''),
  login: z.string().max(320),
  proof: Proof,
})

/** What is in the path of a mailed link. */
export const TokenParams = z.object({ token: z.string().regex(/^[\w-]{43}$/) })

interface Asking {
  kind: MailKind
  action: string
  login: string
  problem?: FormProblem
  backUrl?: string
}

/** Somebody who asks for a mail and says nothing. */
export const missingLogin: FormProblem = { key: 'problems.missing_login', status: 400 }

/** What to show above a form on which a mail is asked for; see `formProblem`. */
export function askProblem(ctx: Context, thrown: unknown, own: OwnTexts = {}): FormProblem {
  const problem = formProblem(ctx, thrown, own)
  return problem.key === 'problems.proof_required' ? { ...problem, key: 'problems.proof_to_mail' } : problem
}

/** The form on which a mail is asked for; inside a sign-in it shows which. */
export function showAsk(
  parts: Parts,
  ctx: Context,
  { kind, action, login, problem, backUrl }: Asking,
  call?: StepCall,
): Promise<PageReply> {
  const refused = { problem: problem?.key ?? null, proof: problem?.members ?? null }
  const locals = { texts: `ask_mail.${kind}`, action, login, ...refused, backUrl: backUrl ?? null }
  const status = problem?.status ?? 200
  return show(parts, ctx, { view: 'authentication/ask-mail', status, locals }, call)
}

interface Sent {
  kind: MailKind
  login: string
  backUrl?: string
}

/** The same for everybody: whether a mail is under way is told by mail. */
export function showSent(
  parts: Parts,
  ctx: Context,
  { kind, login, backUrl }: Sent,
  call?: StepCall,
): Promise<PageReply> {
  const locals = { detail: `mail_sent.${kind}`, login, againAction: askPath[kind], backUrl: backUrl ?? null }
  return show(parts, ctx, { view: 'authentication/mail-sent', locals }, call)
}

/** Where each kind of mail is asked for outside of a sign-in. */
export const askPath: Record<MailKind, string> = { recovery: '/recovery', verification: '/verify-email' }

/** The link was used, replaced, or is too old, and all three look the same. */
export const linkEnded = (parts: Parts, kind: MailKind): PageReply => ({
  view: 'authentication/link-ended',
  status: 403,
  locals: {
    again: `ask_mail.${kind}.submit`,
    againUrl: askPath[kind],
    languageLinks: languageLinks(parts),
  },
})

export const statusOf = (shown: { fieldProblems?: FieldTexts; problem?: { status: number } }): number =>
  shown.problem?.status ?? (shown.fieldProblems ? 422 : 200)

async function show(
  parts: Parts,
  ctx: Context,
  page: { view: string; status?: number; locals: Record<string, unknown> },
  call: StepCall | undefined,
): Promise<PageReply> {
  if (call) return stepPage(parts, ctx, call, page)
  return {
    ...page,
    locals: { csrf: null, client: null, languageLinks: languageLinks(parts), ...page.locals },
  }
}
