import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, lines, one } from '../acts.ts'
import type { Console } from '../parts.ts'
import { resultPage } from '../result.ts'
import { screenPage } from '../screen-page.ts'
import { code, facts, type Found, type Section, text, words } from '../shown.ts'
import { clientUrl, path } from './client-acts.ts'
import { type Stack, stackNamed, stacks } from './stacks.ts'

const operation = 'POST /admin/clients'

/** How each kind is registered; what is absent is as usual. */
const registrations: Record<Stack['kind'], object> = {
  web: {
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
  },
  browser: { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] },
  native: {
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    grant_types: ['authorization_code', 'refresh_token'],
  },
  service: { token_endpoint_auth_method: 'client_secret_basic', grant_types: ['client_credentials'] },
}

const register: Act = {
  name: 'create_client',
  screen: 'clients',
  path: `${path}/new/:stack`,
  operation,
  cancel: () => `${path}/new`,
  nameOf: () => '',
  fields(_subject, { params }) {
    const stack = stackNamed(params.stack)
    const addresses =
      stack && stack.kind !== 'service'
        ? ([
            {
              name: 'redirect_uris',
              type: 'textarea',
              required: true,
              maximum: 40_000,
              value: stack.redirectUri,
              hintKey: 'console.fields.lines_hint',
            },
            {
              name: 'post_logout_redirect_uris',
              type: 'textarea',
              maximum: 40_000,
              value: stack.signedOutUri,
              hintKey: 'console.fields.lines_hint',
            },
            { name: 'first_party', type: 'checkbox' },
          ] as const)
        : []
    return [{ name: 'client_name', type: 'text', required: true, maximum: 200 }, ...addresses]
  },
  asked: ({ params, filled }) => {
    const kind = stackNamed(params.stack)?.kind ?? 'web'
    const addresses = {
      redirect_uris: lines(filled.redirect_uris),
      post_logout_redirect_uris: lines(filled.post_logout_redirect_uris),
    }
    return {
      body: {
        client_name: one(filled.client_name),
        ...registrations[kind],
        ...(kind !== 'service' && addresses),
        ...(filled.first_party === 'on' && { first_party: true }),
      },
    }
  },
  show: async (desk, visit, client, { params }) =>
    resultPage(desk, visit, {
      screen: 'clients',
      name: 'create_client',
      next: clientUrl(text(client.client_id)),
      sections: [
        facts({ client_id: code(client.client_id), secret: code(client.client_secret) }),
        ...codeSections(desk, stackNamed(params.stack) ?? stacks[0], client, text(client.client_secret)),
      ],
    }),
}

/** Stands for a secret that is not shown any more. */
const kept = '<client secret>'

/** Code to copy for a client as it is registered. */
export function codeSections(
  { config }: { config: Pick<Console['config'], 'issuer'> },
  stack: Stack | undefined,
  client: Found,
  secret: string | null,
): Section[] {
  if (!stack) return []
  const files = stack.code({
    issuer: config.issuer,
    clientId: text(client.client_id),
    secret: secret === null || secret === '' ? kept : secret,
    redirectUri: words(client.redirect_uris)[0] ?? stack.redirectUri,
    signedOutUri: words(client.post_logout_redirect_uris)[0] ?? stack.signedOutUri,
  })
  return Object.entries(files).map(([title, content]) => ({
    kind: 'code',
    titleKey: null,
    title,
    text: content,
  }))
}

/** First what it is made with, then its addresses, then the code. */
export const wizard = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path: `${path}/new`,
    screen: 'clients',
    summary: 'Choose what an application is made with',
    needs: [operation],
    show: async () => ({
      titleKey: 'console.acts.create_client.title',
      leadKey: 'console.clients.choose',
      back: { href: path, labelKey: 'console.clients.title' },
      sections: [
        {
          kind: 'choices',
          titleKey: null,
          choices: stacks.map(({ name, label, kind }) => ({
            href: `${path}/new/${name}`,
            label,
            aboutKey: `console.clients.kinds.${kind}`,
          })),
        },
      ],
    }),
  }),
  ...actPages(desk, [register]),
]
