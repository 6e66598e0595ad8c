import type { App } from '../../../platform/app.ts'
import { keyedHash } from '../buckets.ts'

/** Everything together, wherever it comes from. */
export const everywhere = Buffer.alloc(0)

/** Networks are counted under a keyed hash: the tables tell nobody who was here. */
export const blockHash = (app: Pick<App, 'config'>, block: string): Buffer =>
  keyedHash(app, 'lockout-bots', block).subarray(0, 16)
