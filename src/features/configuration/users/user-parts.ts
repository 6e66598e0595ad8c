import type { WithPasswords } from '../../credentials/index.ts'
import type { Machinery } from '../sections/section.ts'

/** What it takes to read and make people. */
export type UserParts = Machinery & WithPasswords
