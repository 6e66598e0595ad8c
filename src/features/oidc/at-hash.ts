import type { Provider } from 'oidc-provider'

/** What the library has on its tokens and leaves out of its types. */
interface Saving {
  save(this: Saving, ...more: unknown[]): Promise<string>
}
interface Issuing {
  ctx?: { oidc: { entities: { AccessToken?: object } } }
  set(this: Issuing, name: string, value: string): void
  issue(this: Issuing, options: { use: string }): Promise<string>
}

/**
 * Every ID token that is issued beside an access token says which one (`at_hash`, OpenID Connect Core 1.0, section 3.1.3.6). It
 * may be left out in the code flow, and the library does; it hashes what is set here.
 */
export function bindAccessTokens(provider: Provider): void {
  const values = new WeakMap<object, string>()
  const accessTokens = provider.AccessToken.prototype as unknown as Saving // see Saving
  const { save } = accessTokens
  accessTokens.save = async function (...more) {
    const value = await save.call(this, ...more)
    values.set(this, value)
    return value
  }
  const idTokens = provider.IdToken.prototype as unknown as Issuing // see Issuing
  const { issue } = idTokens
  idTokens.issue = function (options) {
    const accessToken = this.ctx?.oidc.entities.AccessToken
    const value = accessToken && values.get(accessToken)
    if (options.use === 'idtoken' && value !== undefined) this.set('at_hash', value)
    return issue.call(this, options)
  }
}
