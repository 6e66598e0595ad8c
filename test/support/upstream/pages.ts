import type { UpstreamPerson } from './contract.ts'
import type { State } from './state.ts'

/** A page whose first form signs the current person in; the others are for the other persons the provider knows. */
export function loginPage(state: State, form: { action: string; hint?: string | undefined }): string {
  const buttons = candidates(state, form.hint).map((person) =>
    formOf(form.action, { sub: person.sub }, `Continue as ${person.name ?? person.email ?? person.sub}`),
  )
  return page(`Sign in to ${state.name}`, buttons.join(''))
}

/** Who may sign in, most likely first: who was hinted at, then the current person. */
function candidates({ known, person }: State, hint: string | undefined): UpstreamPerson[] {
  const everyone = [...known.values()]
  const hinted = everyone.filter(({ sub, email }) => hint !== undefined && (sub === hint || email === hint))
  return [...new Set([...hinted, person, ...everyone])]
}

/** A page that posts itself to the client (OAuth 2.0 Form Post Response Mode); by a button where there are no scripts. */
export function formPostPage(action: string, fields: Record<string, string>): string {
  const script = '<script>document.forms[0].submit()</script>'
  return page('Signing in', `${formOf(action, fields, 'Continue')}${script}`)
}

/** What a person sees when the request cannot even be sent back. */
export const refusalPage = (why: string): string => page('This request cannot go on', `<p>${escape(why)}</p>`)

const formOf = (action: string, fields: Record<string, string>, label: string): string => {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  )
  return `<form method="post" action="${escape(action)}">${inputs.join('')}<button type="submit">${escape(label)}</button></form>`
}

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(title)}</title><h1>${escape(title)}</h1>${body}</html>`

const escape = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
