/**
 * The target of a request without scheme and host. A request line may name both (absolute-form, RFC 9112, section 3.2.2),
 * and Koa would then build URLs from that host, whatever the Host header says.
 */
export function toOriginForm(target = '/'): string {
  if (target.startsWith('/')) return target
  const parsed = URL.parse(target)
  return parsed && /^https?:$/.test(parsed.protocol) ? parsed.pathname + parsed.search : '/'
}
