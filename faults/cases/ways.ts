import type { Wire } from '../rig/wire.ts'
import type { Scene } from '../scene.ts'

/** Every way from a replica to PostgreSQL. */
export const toPostgres = ({ replicas }: Scene): Wire[] =>
  replicas.flatMap(({ pool, direct }) => [pool, direct])

export const toRedis = ({ replicas }: Scene): Wire[] =>
  replicas.map(({ redis }) => redis).filter((wire) => wire !== null)
