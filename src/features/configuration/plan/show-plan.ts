import type { Change } from './plan-sections.ts'

export interface Summary {
  create: number
  change: number
  delete: number
}

export function summaryOf(changes: readonly Pick<Change, 'action'>[]): Summary {
  const count = (action: Change['action']) => changes.filter((one) => one.action === action).length
  return { create: count('create'), change: count('change'), delete: count('delete') }
}

/** A long list of people is not read. */
const mostShown = 500

const marks = { create: '+', change: '~', delete: '-' } as const

/** A plan for people: one thing a paragraph, one field a line. */
export function describePlan(changes: readonly Change[]): string {
  if (changes.length === 0) return 'Nothing to change.'
  const { create, change, delete: remove } = summaryOf(changes)
  return [
    ...changes.slice(0, mostShown).flatMap(describeChange),
    ...(changes.length > mostShown ? [`… and ${changes.length - mostShown} more`] : []),
    `${create} to create, ${change} to change, ${remove} to delete.`,
  ].join('\n')
}

function describeChange({ action, section, key, fields }: Change): string[] {
  const lines = fields.map((field) => {
    if ('secret' in field) return `    ${field.name}: ${action === 'create' ? 'a secret' : 'another secret'}`
    const after = shown(field.after)
    return `    ${field.name}: ${action === 'create' ? after : `${shown(field.before)} -> ${after}`}`
  })
  return [`${marks[action]} ${section}.${visible(key)}`, ...lines]
}

/** A terminal shows a line, not a page. */
const longest = 200

function shown(value: unknown): string {
  if (value === null || value === undefined) return 'as usual'
  const text = visible(JSON.stringify(value))
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

/** Nothing that moves the cursor or turns the direction of writing (OWASP ASVS 5.0, 16.4.1). */
const visible = (text: string): string => text.replace(/\p{C}/gu, '?')
