import { gzipSync } from 'node:zlib'
import fc from 'fast-check'

import { mutated, type Named, valuesOf, wicked } from './values.ts'

/** What is sent as a body, and as what. */
export interface Body {
  type: string | null
  bytes: Buffer
  /** Headers besides. */
  more?: Record<string, string>
  /** It says that it is longer than it is, and ends. */
  truncated?: true
}

const formType = 'application/x-www-form-urlencoded'

/** The limit of every form (platform/http/serve.ts). */
const formLimit = 64 * 1024

const text = (bytes: string | Buffer, type: string | null = formType): Body => ({
  type,
  bytes: Buffer.from(bytes),
})

/** Forms that no browser sends. */
const oddForms: readonly Body[] = [
  ...[
    '%',
    '%zz=%',
    '&&&==&',
    'a=%FF%FE',
    'a=%ED%A0%80',
    'a=%00',
    'a=\u0000',
    'login=\ud800',
    '='.repeat(2_000),
  ],
  ...[
    '__proto__[admin]=1',
    'constructor[prototype][a]=1',
    'csrf[]=a&csrf[]=b',
    'csrf[toString]=a',
    'csrf=a&csrf=b',
  ],
  ...[`a${'[b]'.repeat(5_000)}=1`, `a${'['.repeat(20_000)}=1`, `${'a[]=1&'.repeat(5_000)}b=1`],
  ...[Array.from({ length: 2_000 }, (_, at) => `f${at}=1`).join('&'), `login=${'x'.repeat(formLimit - 6)}`],
  `login=${'x'.repeat(formLimit + 1)}`,
].map((one) => text(one))

const boundary = 'multipart/form-data; boundary=b'

const oddTypes: readonly Body[] = [
  text('{"csrf":', 'application/json'),
  text('[]', 'application/json; charset=utf-7'),
  text('<a>', 'text/xml'),
  text('login=a', null),
  text('login=a', `${formType}; charset=utf-16`),
  text('login=a', `${formType}; charset=nothing`),
  { ...text(gzipSync(Buffer.alloc(5_000_000))), more: { 'content-encoding': 'gzip' } },
  text('login=a', '/'),
  text('login=a', `${formType};;=,`),
  ...['gzip', 'br', 'deflate', 'gzip, gzip', 'nothing'].map((encoding) => ({
    ...text('{"login":"a"}'),
    more: { 'content-encoding': encoding },
  })),
  text('--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\na\r\n--b--\r\n', boundary),
  text('--b\r\nContent-Disposition: form-data; name="file"; filename="\u0000"\r\n\r\na', boundary),
  text('--b\r\nContent-Disposition: form-data\r\n\r\n', boundary),
  text('--b\r\n'.repeat(1_000), boundary),
  text('', boundary),
  text('--', 'multipart/form-data'),
  { ...text('login=a'), truncated: true },
  {
    ...text('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\na', boundary),
    truncated: true,
  },
]

/** Anything as a form: members by name, lists by repeating it, what is deeper in brackets. */
function pairsOf(name: string, value: unknown): [string, string][] {
  if (Array.isArray(value)) return value.flatMap((one) => pairsOf(name, one))
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, held]) =>
      pairsOf(name === '' ? key : `${name}[${key}]`, held),
    )
  return [[name, String(value).toWellFormed()]]
}

/**
 * Bodies for a form of this schema, whose `fixed` fields are right most of the time: what is behind the guards is to be reached.
 */
export function bodiesFor(schema: object, named: Named, fixed: Record<string, string>): fc.Arbitrary<Body> {
  const filled = valuesOf(schema, named)
    .chain((made) =>
      fc.oneof({ arbitrary: fc.constant(made), weight: 1 }, { arbitrary: mutated(made), weight: 2 }),
    )
    .map((made) => {
      const members = typeof made === 'object' && made !== null ? { ...made, ...fixed } : made
      return text(new URLSearchParams(pairsOf('', members)).toString())
    })
  return fc.oneof(
    { arbitrary: filled, weight: 6 },
    { arbitrary: fc.constantFrom(...oddForms), weight: 2 },
    { arbitrary: fc.constantFrom(...oddTypes), weight: 2 },
  )
}

/** Fields of the protocol, some of them good. */
export function protocolBodies(
  names: readonly string[],
  good: Record<string, readonly string[]>,
): fc.Arbitrary<Body> {
  const field = fc.constantFrom(...names).chain((name) => {
    const known = good[name] ?? []
    const value =
      known.length > 0 ? fc.oneof({ arbitrary: fc.constantFrom(...known), weight: 4 }, wicked) : wicked
    return value.map((one): [string, string] => [name, one.toWellFormed()])
  })
  const filled = fc
    .array(field, { minLength: 1, maxLength: 8 })
    .map((pairs) => text(new URLSearchParams(pairs).toString()))
  return fc.oneof(
    { arbitrary: filled, weight: 6 },
    { arbitrary: fc.constantFrom(...oddForms), weight: 1 },
    { arbitrary: fc.constantFrom(...oddTypes), weight: 1 },
  )
}
