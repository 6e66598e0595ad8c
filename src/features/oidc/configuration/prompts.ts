import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'

const { base, Check } = interactionPolicy

/**
 * What a request may have to ask a person, as the library's list of named reasons with three changes:
 *
 * - a session whose person is not admitted any more asks for a sign-in, instead of going on with nobody;
 * - our own clients are trusted with their native callbacks, others ask each time (RFC 8252, section 8.6);
 * - `prompt=create` opens the registration (Initiating User Registration via OpenID Connect 1.0).
 */
export function prompts(): interactionPolicy.DefaultPolicy {
  const policy = base()
  policy.get('login')?.checks.add(
    new Check('account_refused', 'the signed-in person may not sign in any more', 'login_required', (ctx) => {
      const { session, account } = ctx.oidc
      return session?.accountId !== undefined && account === undefined
    }),
  )
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
  return policy
}

const isForeignNative = ({ oidc: { client } }: KoaContextWithOIDC): boolean =>
  client?.applicationType === 'native' && client.first_party !== true
