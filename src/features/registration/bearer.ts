/** Characters: ours have 43. */
const longest = 200

/**
 * The token of an Authorization header; null without a header. Whatever else stands there becomes a token that nobody has: a
 * wrong one is refused even where none is needed.
 */
export function bearerOf(authorization: string): string | null {
  if (authorization === '') return null
  const [, token = ''] = /^bearer +([\x21-\x7e]+)$/i.exec(authorization) ?? []
  return token.slice(0, longest)
}
