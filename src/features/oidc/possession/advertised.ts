/** What discovery says where no proxy hands over certificates: nothing of them. */
export function withoutCertificates({
  token_endpoint_auth_methods_supported: methods,
  ...rest
}: Record<string, unknown>): Record<string, unknown> {
  const all = Array.isArray(methods) ? (methods as string[]) : [] // the library's
  return {
    ...rest,
    tls_client_certificate_bound_access_tokens: undefined,
    token_endpoint_auth_methods_supported: all.filter((method) => !method.includes('tls_client_auth')),
  }
}
