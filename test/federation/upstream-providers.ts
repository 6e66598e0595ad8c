import type { Gatehouse } from '../../src/app.ts'
import { createProvider, NewProvider } from '../../src/features/federation/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Browser, type Landing, openBrowser } from '../support/browser.ts'
import { keepSecret } from '../support/canary.ts'
import type { Begun, RelyingParty, Tokens } from '../support/relying-party.ts'
import { type Stage, stage, type StageOptions } from '../support/stage.ts'
import type { Upstream } from '../support/upstream/index.ts'

export type KnownProvider =
  'google' | 'microsoft' | 'apple' | 'linkedin' | 'oidc' | 'other' | 'facebook' | 'github' | 'oauth2'

/** For a service that may call the providers of this machine. */
export const besideProviders = { variables: { OUTBOUND_ALLOW: 'localhost,127.0.0.1' } }

export const stageBesideProviders = (options: StageOptions = {}): Promise<Stage> =>
  stage({ ...options, variables: { ...besideProviders.variables, ...options.variables } })

/** How each of them is set up as an administrator would. */
function setUp(upstream: Upstream, name: KnownProvider): Record<string, unknown> {
  const { client, apple } = upstream
  const standard = { client_id: client.id, secret: client.secret }
  switch (name) {
    case 'apple':
      return {
        client_id: apple.clientId,
        secret: apple.privateKey,
        options: { issuer: upstream.issuer('apple'), team_id: apple.teamId, key_id: apple.keyId },
      }
    case 'microsoft':
      return { ...standard, options: { authority: upstream.issuer('microsoft').replace('/common/v2.0', '') } }
    case 'facebook':
      return {
        ...standard,
        options: { dialog: upstream.facebook, graph: upstream.facebook, issuer: upstream.facebook },
      }
    case 'github':
      return { ...standard, options: { base: upstream.github, api: upstream.github } }
    case 'oauth2':
      return {
        ...standard,
        options: {
          authorization_endpoint: `${upstream.oauth2}/authorize`,
          token_endpoint: `${upstream.oauth2}/token`,
          userinfo_endpoint: `${upstream.oauth2}/userinfo`,
        },
      }
    default:
      return { ...standard, options: { issuer: upstream.issuer(name) } }
  }
}

const connectorOf = (name: KnownProvider): string => (name === 'other' ? 'oidc' : name)

/** Sets a provider up; by its own name unless told otherwise. */
export async function provider(
  app: Gatehouse,
  upstream: Upstream,
  name: KnownProvider,
  given: Record<string, unknown> = {},
): Promise<{ id: string; slug: string; issuer: string }> {
  const wanted = NewProvider.parse({
    slug: name,
    connector: connectorOf(name),
    name: name.charAt(0).toUpperCase() + name.slice(1),
    ...setUp(upstream, name),
    ...given,
  })
  keepSecret(wanted.secret)
  const { provider: made } = await createProvider(app, bySystem, wanted)
  return made
}

/** Somebody in a browser, on the way to an application. */
export interface Traveller {
  browser: Browser
  begun: Begun
  landing: Landing
  /** Where our pages are. */
  ours: string
  /** Whether a landing is the application's. */
  until(url: string): boolean
}

/** Opens the sign-in of an application. */
export async function atSignIn(
  rp: RelyingParty,
  {
    browser = openBrowser(),
    parameters = {},
  }: { browser?: Browser; parameters?: Record<string, string> } = {},
): Promise<Traveller> {
  const begun = await rp.begin(parameters)
  const until = (url: string) => url.startsWith(rp.redirectUri)
  const landing = await browser.go(begun.url, { until })
  return { browser, begun, landing, until, ours: rp.configuration.serverMetadata().issuer }
}

/** The form of the page that begins at providers. */
export const providersForm = ({ browser }: Traveller, slug: string): Parameters<Browser['submit']> => {
  const forms = browser.forms()
  const form = forms.findIndex(({ action }) => action.endsWith('/federation'))
  return [{ provider: slug }, { form }]
}

/** Clicks the button of a provider, and signs in there as whoever is its current person. Ends where the browser ends. */
export const through = (traveller: Traveller, slug: string): Promise<Landing> =>
  asFarAs(traveller, slug, traveller.until)

/** The same, stopped in front of our callback: its URL with the provider's answer. */
export const toCallback = async (traveller: Traveller, slug: string): Promise<URL> =>
  new URL((await asFarAs(traveller, slug, (url) => /\/federation\/[^/]+\/callback\?/.test(url))).url)

/** The same, stopped after the callback: the URL where its outcome waits. */
export const toOutcome = async (traveller: Traveller, slug: string): Promise<URL> =>
  new URL((await asFarAs(traveller, slug, (url) => /\/federated\/[^/]+$/.test(url))).url)

async function asFarAs(
  traveller: Traveller,
  slug: string,
  until: (url: string) => boolean,
): Promise<Landing> {
  const [fields, options] = providersForm(traveller, slug)
  const landing = await traveller.browser.submit(fields, { ...options, until })
  return back({ ...traveller, until }, landing)
}

/** Signs in at the provider that a browser is at, if it is at one. Ends where the browser ends. */
export async function back(
  { browser, until, ours }: Pick<Traveller, 'browser' | 'until' | 'ours'>,
  from: Landing,
): Promise<Landing> {
  let landing = from
  for (let step = 0; step < 4 && !landing.url.startsWith(ours) && !until(landing.url); step++)
    landing = await browser.submit({}, { until })
  return landing
}

/** The whole of it: an application, a button, the provider, tokens. */
export async function signInThrough(
  rp: RelyingParty,
  slug: string,
  options: { browser?: Browser; parameters?: Record<string, string> } = {},
): Promise<{ browser: Browser; tokens: Tokens }> {
  const traveller = await atSignIn(rp, options)
  const landing = await through(traveller, slug)
  if (!traveller.until(landing.url))
    throw new Error(`ended at ${landing.url} (${landing.status}): ${landing.html.slice(0, 3000)}`)
  return { browser: traveller.browser, tokens: await rp.finish(traveller.begun, landing.url) }
}

/** The result of `work`; whatever became of it, `then` is done first. */
export async function beforehand<Result>(
  work: Promise<Result>,
  then: () => Promise<unknown>,
): Promise<Result> {
  try {
    return await work
  } finally {
    await then()
  }
}
