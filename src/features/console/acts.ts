import { z } from 'zod'

import type { Caller } from '../../platform/app.ts'
import { Problem } from '../../platform/errors.ts'
import { type Asked, page, type PageReply, type PageRoute, readUpload } from '../../platform/http/index.ts'
import type { Console } from './parts.ts'
import type { Found } from './shown.ts'
import { found } from './shown.ts'
import { atConsole, consolePage, demandOwnForm, type Visit } from './visit/at-console.ts'

export interface Field {
  /** Its text is `console.fields.<name>`; what it is sent as. */
  name: string
  type:
    | 'text'
    | 'email'
    | 'textarea'
    | 'select'
    | 'checkbox'
    | 'checks'
    | 'secret'
    | 'number'
    | 'datetime-local'
    | 'file'
  required?: boolean
  /** What stands in it; of a `checks` field, the ones that are on. */
  value?: string | readonly string[]
  options?: readonly { value: string; labelKey?: string; label?: string }[]
  hintKey?: string
  maximum?: number
}

/** What a person filled in. */
export type Filled = Record<string, string | string[] | undefined>

/** What is done to something, or made: a page that says exactly what will happen, and a form that does it. */
export interface Act {
  /** Its texts are `console.acts.<name>.{title,says,submit,done}`. */
  name: string
  screen: string
  path: string
  operation: string
  danger?: boolean
  /** Reads what it is about; 404 where there is no such thing. */
  subject?: {
    operation: string
    params(params: Record<string, string>): Record<string, string>
    query?(params: Record<string, string>): Record<string, string>
  }
  /** What the thing is called, in the texts. */
  nameOf?(subject: Found, params: Record<string, string>): string
  fields?(
    subject: Found,
    context: { desk: Console; caller: Caller; params: Record<string, string> },
  ): readonly Field[] | Promise<readonly Field[]>
  /** It takes a file, of so many bytes at most. */
  fileBytes?: number
  asked(sent: { params: Record<string, string>; filled: Filled; subject: Found; file: Buffer }): Asked
  cancel(params: Record<string, string>): string
  /** Where to go when it is done. */
  next?(params: Record<string, string>, answer: Found): string
  /** What to show in place of going on: a secret that is shown once. */
  show?(
    desk: Console,
    visit: Visit,
    answer: Found,
    sent: { params: Record<string, string>; filled: Filled; subject: Found },
  ): Promise<PageReply>
  /** A view of its own, with these besides. */
  view?: string
  locals?(subject: Found): Record<string, unknown>
}

const Params = z.record(z.string(), z.string().max(600))

const Form = z
  .object({
    csrf: z.string().max(200).default(''),
    /** Of what was shown: a change of it by somebody else is not undone unseen. */
    version: z.string().max(200).default(''),
  })
  .catchall(z.union([z.string().max(40_000), z.array(z.string().max(1000)).max(200)]))

/** The page of each act that there is an operation for. */
export const actPages = (desk: Console, acts: readonly Act[]): PageRoute[] =>
  acts.filter(({ operation }) => desk.operations.has(operation)).flatMap((act) => pagesOf(desk, act))

function pagesOf(desk: Console, act: Act): PageRoute[] {
  const needs = [act.operation]
  const get = page({
    method: 'get',
    path: act.path,
    summary: `Ask before: ${act.name.replaceAll('_', ' ')}`,
    params: Params,
    handle: ({ ctx, by, params }) =>
      atConsole(desk, ctx, { by, needs, act: true }, async (visit) => {
        const subject = await subjectOf(desk, visit, act, params)
        return showAct(desk, visit, act, { params, subject, filled: null, problem: null })
      }),
  })
  const declared = {
    method: 'post',
    path: act.path,
    summary: act.name.replaceAll('_', ' '),
    params: Params,
  } as const
  const { fileBytes } = act
  const post =
    fileBytes === undefined
      ? page({
          ...declared,
          form: Form,
          handle: ({ ctx, by, params, form }) =>
            atConsole(desk, ctx, { by, needs, act: true }, (visit) =>
              received(desk, visit, act, params, form),
            ),
        })
      : page({
          ...declared,
          handle: ({ ctx, by, params }) =>
            atConsole(desk, ctx, { by, needs, act: true }, async (visit) => {
              const { fields, bytes } = await readUpload(ctx, fileBytes)
              return received(desk, visit, act, params, Form.parse(fields), bytes)
            }),
        })
  return [get, post]
}

async function received(
  desk: Console,
  visit: Visit,
  act: Act,
  params: Record<string, string>,
  { csrf, version, ...filled }: z.infer<typeof Form>,
  file: Buffer = Buffer.alloc(0),
): Promise<PageReply> {
  demandOwnForm(desk, visit, csrf)
  const subject = await subjectOf(desk, visit, act, params)
  return perform(desk, visit, act, { params, subject: { ...subject, version }, filled, file })
}

async function subjectOf(
  desk: Console,
  { caller }: Visit,
  act: Act,
  params: Record<string, string>,
): Promise<Subject> {
  if (!act.subject) return { found: {}, version: '' }
  const { body, headers = {} } = await desk.operations.run(caller, act.subject.operation, {
    params: act.subject.params(params),
    query: act.subject.query?.(params),
  })
  return { found: found(body), version: headers.etag ?? '' }
}

/** What an act is about, and the state that it is in. */
interface Subject {
  found: Found
  version: string
}

interface Sent {
  params: Record<string, string>
  subject: Subject
  filled: Filled
  file: Buffer
}

/** What was wrong with it is said beside what was filled in, so that nothing has to be written twice. */
async function perform(desk: Console, visit: Visit, act: Act, sent: Sent): Promise<PageReply> {
  try {
    const { params, filled, subject, file } = sent
    const asked = act.asked({ params, filled, subject: subject.found, file })
    const { body } = await desk.operations.run(visit.caller, act.operation, {
      ...asked,
      ifMatch: subject.version,
    })
    if (act.show) return await act.show(desk, visit, found(body), { params, filled, subject: subject.found })
    const to = act.next?.(sent.params, found(body)) ?? act.cancel(sent.params)
    return { redirect: `${to}${to.includes('?') ? '&' : '?'}done=${act.name}` }
  } catch (error) {
    if (!(error instanceof Problem) || error.status >= 500 || error.status === 401) throw error
    const { retryAfterSeconds } = error.options
    if (retryAfterSeconds !== undefined) visit.ctx.set('retry-after', String(retryAfterSeconds))
    return showAct(desk, visit, act, { ...sent, problem: error })
  }
}

interface Showing {
  params: Record<string, string>
  subject: Subject
  filled: Filled | null
  problem: Problem | null
}

async function showAct(desk: Console, visit: Visit, act: Act, showing: Showing): Promise<PageReply> {
  const { params, filled, problem } = showing
  const { found: subject, version } = showing.subject
  const fields = await fieldsOf(desk, visit, act, { subject, params })
  return consolePage(desk, visit, {
    view: act.view ?? 'console/act',
    screen: act.screen,
    status: problem?.status ?? 200,
    locals: {
      act: act.name,
      version,
      danger: act.danger === true,
      action: addressOf(act.path, params),
      cancelUrl: act.cancel(params),
      about: act.nameOf?.(subject, params) ?? '',
      fields: fields.map((field) => fieldShown(field, filled, problem)),
      refusal: problem && refusalOf(problem, fields),
      ...act.locals?.(subject),
    },
  })
}

const fieldsOf = async (
  desk: Console,
  { caller }: Visit,
  act: Act,
  { subject, params }: { subject: Found; params: Record<string, string> },
): Promise<readonly Field[]> => (await act.fields?.(subject, { desk, caller, params })) ?? []

const fieldDefaults = { hintKey: null, required: false, maximum: 1000 }

function fieldShown(field: Field, filled: Filled | null, problem: Problem | null) {
  const value = (filled ? filled[field.name] : field.value) ?? ''
  const wrong = problem?.options.fields?.find((one) => nameIn(one.field) === field.name)
  return {
    ...fieldDefaults,
    ...field,
    labelKey: `console.fields.${field.name}`,
    value,
    options: (field.options ?? []).map((option) => ({
      label: option.value,
      labelKey: null,
      ...option,
      on: [value].flat().includes(option.value),
    })),
    problem: wrong?.detail ?? null,
  }
}

/** What is said here of codes whose text in `errors` is for people whom an application has sent to us. */
const ownTexts: Record<string, string> = { invalid_redirect_uri: 'console.shown.redirect_refused' }

const nameIn = (field: string): string => field.split('.')[0] ?? ''

/** What was wrong with fields is said beside them; what else there is to say, above. */
function refusalOf({ code, message, options }: Problem, fields: readonly Field[]) {
  const elsewhere = (options.fields ?? []).filter(
    ({ field }) => !fields.some(({ name }) => name === nameIn(field)),
  )
  const besideFields = options.fields !== undefined && elsewhere.length === 0
  return {
    key: ownTexts[code] ?? `errors.${code}.title`,
    title: message,
    detail: besideFields ? null : (options.detail ?? null),
  }
}

/** The address of a page whose parameters are known. */
export const addressOf = (path: string, params: Record<string, string>): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))

/** A field as one text. */
export const one = (value: string | string[] | undefined): string =>
  (Array.isArray(value) ? value[0] : value)?.trim() ?? ''

/** A field that may be left empty. */
export const some = (value: string | string[] | undefined): string | undefined => one(value) || undefined

/** Each line of a field that is not empty. */
export const lines = (value: string | string[] | undefined): string[] =>
  one(value)
    .split(/\s*\n\s*/)
    .filter((line) => line !== '')

/** The boxes that were ticked. */
export const ticked = (value: string | string[] | undefined): string[] =>
  value === undefined ? [] : [value].flat().filter((each) => each !== '')
