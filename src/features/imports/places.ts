import { errors } from './errors.ts'

/** Files that one process takes in at once: each holds a batch in memory and a writer to the database. */
const atOnce = 4

export interface Places {
  /** Runs `receive` where there is a place. @throws imports_busy (503) */
  within<Result>(receive: () => Promise<Result>): Promise<Result>
}

export function openPlaces(): Places {
  let taken = 0
  return {
    async within(receive) {
      if (taken >= atOnce) throw errors.imports_busy({ retryAfterSeconds: 30 })
      taken++
      try {
        return await receive()
      } finally {
        taken--
      }
    },
  }
}
