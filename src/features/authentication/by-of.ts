import type { Context } from 'koa'

import type { By } from '../../platform/app.ts'
import { anonymous } from '../../platform/http/index.ts'

/** Who asks for a page of a sign-in: nobody yet, from where the request came. */
export function byOf(ctx: Context): By {
  const { origin } = ctx.state
  if (!origin) throw new Error('a sign-in came from nowhere')
  return anonymous(origin)
}
