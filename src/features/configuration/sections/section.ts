import type { App, By } from '../../../platform/app.ts'
import type { Permission } from '../../authorization/index.ts'
import type { Fault } from '../document/fault.ts'
import type { SectionName } from '../document/schema.ts'

/** What sections read and change things with. In a change `db` is the one transaction of all of them. */
export type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'>

/** What is compared: plain data, a secret only as a `Hidden`. */
export type Fields = Readonly<Record<string, unknown>>

/** A secret as it is compared, and never shown. */
export interface Hidden {
  hidden: string
}

export const isHidden = (value: unknown): value is Hidden =>
  typeof value === 'object' && value !== null && typeof (value as { hidden?: unknown }).hidden === 'string' // looked at here

/** Something that is there. */
export interface Present {
  /** By what it is known in a document. */
  key: string
  fields: Fields
  /** As an export says it: the fields, with secrets as they may leave. */
  written: Fields
  /** Made by the service itself at every installation: neither exported nor removed. */
  own?: boolean
  remove(app: Machinery, by: By): Promise<void>
}

/** Something that a document says should be there. */
export interface Wanted {
  key: string
  fields: Fields
  /** Looks at addresses by the network, before the transaction. @throws Problem */
  check?(app: Machinery): Promise<void>
  /** Makes it, or makes what is there like it. @throws Problem */
  put(app: Machinery, by: By, before: Present | null): Promise<void>
  /** Where in the document it stands. */
  path: readonly (string | number)[]
}

export interface Read {
  wanted: Wanted[]
  faults: Fault[]
}

/** One kind of things that a document can say. */
export interface Section {
  name: SectionName
  /** Who applies it by the API must hold this besides. */
  permission: Permission
  present(app: Machinery): Promise<Present[]>
  /** What a document says; `present` is what is there, for what it leaves as it is. */
  read(app: Machinery, said: unknown, present: readonly Present[]): Read
  /** Who could not be there beside each other: those that are wanted, and those that stay although nothing is said of them. */
  clashes?(wanted: readonly Wanted[], staying: readonly Present[]): Fault[]
  /** As it stands in an export; undefined where there is nothing to say. */
  write(present: readonly Present[]): unknown
}

/** `{key: {…}, …}`; nothing of it is an empty section, which says that there is nothing. */
export const asMap = (present: readonly Present[]): Record<string, Fields> =>
  Object.fromEntries(present.map(({ key, written }) => [key, written]))

export const asList = (present: readonly Present[]): Fields[] => present.map(({ written }) => written)

/** All of it but one member. */
export function without<Name extends string, From extends Partial<Record<Name, unknown>>>(
  name: Name,
  from: From,
): Omit<From, Name> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key !== name)) as Omit<From, Name> // the rest of it
}
