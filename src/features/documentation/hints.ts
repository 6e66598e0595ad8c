/** What to do about a code, where its title does not say it all. Markdown. */
export const hints: Readonly<Record<string, string>> = {
  invalid_input:
    'Each entry of `errors` names a field and what is wrong with it. The [API reference](api) has every field of every operation.',
  malformed: 'The body is no JSON, or the address holds what no address may. Nothing was done.',
  not_signed_in: 'Send `Authorization: Bearer …` with an access token. Cookies are not looked at here.',
  invalid_token:
    'Access tokens live five minutes, and end at once with a sign-out, a changed password or a disabled account. Refresh it; where that fails too, let the person sign in again. See [how to hear of it](integrate.md#hearing-that-somebody-signed-out).',
  invalid_request: 'A token in the address or in the body is refused: addresses are kept in logs.',
  invalid_grant:
    'A code is good once and for a minute, a refresh token once: two requests with the same one end the whole sign-in. Let one request refresh at a time and keep the newest token. The PKCE verifier and the redirect URI must be those of the beginning.',
  invalid_client:
    'The client id is unknown or disabled, the secret is wrong or has ended, or the way to authenticate is another than the registered one. `gatehouse client show ID` tells.',
  invalid_scope:
    'Ask only for scopes that the client is registered for. `gatehouse client show ID` lists them.',
  invalid_redirect_uri:
    'Redirect URIs are compared character by character: scheme, port and a slash at the end count. http is for loopback addresses only.',
  invalid_dpop_proof:
    'A proof is for one method, one address and one moment. Check the clock of the machine first.',
  use_dpop_nonce: 'Not a failure: make the proof again with the nonce of the answer and repeat the request.',
  insufficient_user_authentication:
    'Send the person to `/authorize` with the `acr_values` and `max_age` that `WWW-Authenticate` names, and repeat the request with the new token. See [levels and step-up](integrate.md#how-surely-somebody-was-recognised).',
  insufficient_scope: '`WWW-Authenticate` names the scope that is missing.',
  not_allowed:
    'The caller holds no role with the permission that the [API reference](api) names. See [roles and permissions](operations.md#roles-and-permissions).',
  role_beyond_own: 'Ask somebody whose own role includes what is to be given.',
  foreign_origin:
    'The browser says the form came from another site, or not from where. Check that `ISSUER` is the address in the address bar, and that no proxy drops `Origin` or `Sec-Fetch-Site`.',
  no_such_path: 'Paths are case-sensitive and have no slash at their end.',
  unsupported_media_type: 'Send `Content-Type: application/json` to the JSON API.',
  payload_too_large: 'Bodies have 64 KiB at most.',
  too_many_requests:
    'Wait for the seconds that `Retry-After` names. `RateLimit` and `RateLimit-Policy` tell what is left before it comes to that.',
  busy: 'Wait for the seconds that `Retry-After` names; an operator adds processors or replicas.',
  unavailable:
    '`GET /health` says which part does not answer. Wait for the seconds that `Retry-After` names.',
  internal: 'Tell the operator the `request_id`: it leads to the line of the log that says why.',
  precondition_failed: 'Read it again, look at what is different, and send the new `ETag` as `If-Match`.',
  idempotency_key_reused: 'A key belongs to one request. Make another one for another request.',
  idempotent_outcome_unknown:
    'The process ended in the middle. Look whether it was done before you do it under a new key.',
  wrong_credentials:
    'The same for an unknown address and a wrong password, on purpose. `gatehouse lockout show` tells an operator more.',
  mfa_required: 'Carry on with `mfa_token` at `/auth/mfa/verify`. It lives a few minutes.',
  form_expired: 'Load the page again. Where it comes back, the browser keeps no cookies for this site.',
  not_first_party:
    'The native API is for applications of your own (`client create --first-party --native`); others use the code flow.',
  upstream_unavailable: '`gatehouse provider test SLUG` says what the provider answers.',
  upstream_answer_invalid:
    'The log has the reason under the `request_id`: a wrong issuer, audience, nonce or signature.',
  keys_not_ripe:
    'Verifiers keep keys for ten minutes. Wait, or use `--emergency` where the present key is in the wrong hands.',
  last_root_admin: 'Give the role to somebody else first.',
  registration_closed: 'The setting `registration.mode` decides.',
}
