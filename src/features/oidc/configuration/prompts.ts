import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { demandInSession, fallsShort, levelNamed } from '../../admission/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { personOf } from '../account.ts'
import { detailsAgreedBy, deviceReason, levelReason } from '../interaction.ts'
import { acrAsked } from '../requested-claims.ts'
import { isExcused } from '../session-facts.ts'
import { addRequestPrompts, sayRequestedAcr } from './request-prompts.ts'

const { base, Check } = interactionPolicy

/**
 * What a request may have to ask a person, as the library's list of named reasons with these changes:
 *
 * - a session whose person is not admitted any more asks for a sign-in, instead of going on with nobody;
 * - a session that does not say surely enough who is in it asks for what is missing (RFC 9470, section 4);
 * - who lets a device in says so on a page that shows it, whoever's client it is (RFC 8628, sections 3.3.1 and 5.4);
 * - our own clients are trusted with their native callbacks, others ask each time (RFC 8252, section 8.6);
 * - an essential `acr` is a demand of the same kind, and one that nobody reaches is told to the client instead of asked for;
 * - who signs in as another than the client named is told to the client (OpenID Connect Core 1.0, section 3.1.2.2);
 * - `prompt=select_account` asks who of a browser's session goes on, or whether somebody else does;
 * - claims that a client may not have at all are not asked for.
 * - authorization details are agreed to by the person who is signed in, whoever the client is, each time: what is granted once
 *   is never granted by what was agreed to before (RFC 9396, section 12.3);
 * - `prompt=create` opens the registration (Initiating User Registration via OpenID Connect 1.0).
 */
export function prompts(app: Pick<App, 'config'> & WithSettings): interactionPolicy.DefaultPolicy {
  const policy = base()
  policy.get('login')?.checks.add(
    new Check('account_refused', 'the signed-in person may not sign in any more', 'login_required', (ctx) => {
      const { session, account } = ctx.oidc
      return session?.accountId !== undefined && account === undefined
    }),
  )
  policy
    .get('login')
    ?.checks.add(
      new Check(
        levelReason,
        'the signed-in person was not recognised as surely as is demanded',
        'login_required',
        (ctx) => isTooLow(app, ctx),
      ),
    )
  addRequestPrompts(policy)
  const consent = policy.get('consent')
  consent?.checks.remove('native_client_prompt')
  consent?.checks.add(
    new Check(
      'native_client_prompt',
      'native clients require End-User interaction',
      'interaction_required',
      (ctx) => {
        return isForeignNative(ctx) && ctx.oidc.result?.consent === undefined
      },
    ),
  )
  consent?.checks.add(
    new Check(
      deviceReason,
      'a device asks to be let in',
      'interaction_required',
      (ctx) => ctx.oidc.deviceCode !== undefined && !saidYesToDevice(ctx),
    ),
  )
  consent?.checks.remove('rar_prompt')
  consent?.checks.add(
    new Check(
      'rar_prompt',
      'authorization_details require End-User interaction',
      'interaction_required',
      ({ oidc: { params, result, session } }) =>
        params?.authorization_details !== undefined && detailsAgreedBy(result) !== session?.accountId,
    ),
  )
  return policy
}

/** The very person who is signed in, in the course of this request. */
function saidYesToDevice({ oidc: { result, session } }: KoaContextWithOIDC): boolean {
  const { subject } = Object(result?.consent) as { subject?: unknown } // as interaction.ts hands it over
  return subject !== undefined && subject === session?.accountId
}

/**
 * Asked of a session again and again, however it came to be: no path leads around what is demanded. What the client would like
 * is asked for once: who has just signed in could not give it.
 */
async function isTooLow(app: Pick<App, 'config'> & WithSettings, ctx: KoaContextWithOIDC): Promise<boolean> {
  const { session, account, client, params, result } = ctx.oidc
  if (session?.accountId === undefined || !account || !client) return false // other checks have it
  const demand = await demandInSession(app, personOf(account), {
    clientId: client.clientId,
    asked: result?.login ? null : acrAsked(params).level,
    remembered: isExcused(session),
  })
  if (fallsShort(levelNamed(session.acr), demand)) return true
  sayRequestedAcr(ctx)
  return false
}

const isForeignNative = ({ oidc: { client } }: KoaContextWithOIDC): boolean =>
  client?.applicationType === 'native' && client.first_party !== true
