import { etagOf } from '../../platform/http/index.ts'
import type { StoredSetting } from './repository.ts'
import type { Place } from './scope.ts'

/** A validator of what stands stored in one place. */
export const tagOf = (key: string, place: Place, stored: StoredSetting | undefined): string =>
  etagOf([key, place, stored?.value ?? null, stored?.changedAt ?? null])
