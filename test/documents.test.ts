import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'

import { permissions, permissionsOf, permissionTexts, roles } from '../src/features/authorization/index.ts'
import { connectorNamed, connectorNames } from '../src/features/federation/connectors/connectors.ts'
import { Environment } from '../src/platform/config/settings.ts'
import { readConfig } from '../src/platform/config/index.ts'
import { command } from './support/command.ts'
import { parts } from './support/parts.ts'

const read = (path: string): string => readFileSync(path, 'utf8')

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** Without the sections of code, where brackets mean other things. */
const prose = (path: string): string => read(path).replace(/^```[^]*?^```/gm, '')

describe('the documents', () => {
  it('link to what is there', () => {
    const broken = documents.flatMap((path) =>
      [...prose(path).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
        .map(([, target = '']) => join(dirname(path), target))
        .filter((target) => !existsSync(target))
        .map((target) => `${path}: ${target}`),
    )
    expect(broken).to.deep.equal([])
  })

  it('name files that are there', () => {
    const named = /`((?:src|test|docs|views|migrations|deploy)\/[\w./-]+)`/g
    const missing = documents.flatMap((path) =>
      [...prose(path).matchAll(named)]
        .map(([, target = '']) => target)
        .filter((target) => !existsSync(target))
        .map((target) => `${path}: ${target}`),
    )
    expect(missing).to.deep.equal([])
  })

  it('number decisions once', () => {
    const numbers = readdirSync('docs/decisions').map((name) => name.slice(0, 4))
    expect(numbers).to.deep.equal([...new Set(numbers)])
    for (const name of readdirSync('docs/decisions')) {
      expect(read(join('docs/decisions', name))).to.match(
        new RegExp(`^# (${name.slice(0, 4)}:|${Number(name.slice(0, 4))}\\.) `),
      )
    }
  })

  it('keep every decision that the sources cite', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    )
    const cited = sources.flatMap((name) =>
      [...read(join('src', name)).matchAll(/docs\/decisions\/[\w-]+\.md/g)].map(([path]) => path),
    )
    expect([...new Set(cited)].filter((path) => !existsSync(path))).to.deep.equal([])
  })

  it('explain every variable of the environment, and no other', () => {
    const explained = [...read('.env.example').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
    expect(explained).to.have.members(Object.keys(Environment.shape))
    const silent = [...read('.env.example').matchAll(/^([^#\n].*\n|\n)([A-Z_]+)=/gm)].map(
      ([, , name]) => name,
    )
    expect(silent, 'variables without a sentence above them').to.deep.equal([])
  })

  it('show in .env.example what holds without it', () => {
    const given: Record<string, string> = {}
    for (const [, name = '', value = ''] of read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm))
      given[name] = value
    const shown = (variables: Record<string, string>) =>
      JSON.stringify(readConfig({ ...variables, ...local }))

    expect(shown(given)).to.equal(shown({}))
  })

  it('describe every table, and no other', async () => {
    const { db } = await parts()
    const { rows } = await db.raw<{ rows: { name: string }[] }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'knex\\_%'`,
    )
    const described = [...read('docs/schema.md').matchAll(/^\| [a-z-]+ +\| `(\w+)`/gm)].map(
      ([, name]) => name,
    )
    expect(described).to.have.members(rows.map(({ name }) => name))
  })

  it('have a section for every kind of identity provider', () => {
    const sections = [...read('docs/integrate.md').matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    )
    expect(sections).to.include.members(connectorNames.map((name) => connectorNamed(name).help))
  })

  it('say of every permission what it is for and which built-in role includes it', () => {
    const rows = [...read('docs/operations.md').matchAll(/^\| `([a-z_]+:[a-z_]+:[a-z_]+)` .*$/gm)].map(
      ([row]) =>
        row
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
    )
    const expected = permissions.map((name) => [
      ...[`\`${name}\``, permissionTexts[name]],
      ...roles.map((role) => (permissionsOf([role]).has(name) ? 'yes' : '')),
    ])
    expect(rows).to.deep.equal(expected)
  })

  it('name every command there is', async () => {
    const help = async (...words: string[]) => (await command([...words, '--help'], {})).stdout
    const commandsIn = (text: string) =>
      [...text.slice(text.indexOf('Commands:')).matchAll(/^ {2}([a-z][a-z-]*)/gm)]
        .map(([, name = '']) => name)
        .filter((name) => name !== 'help')
    const readme = read('README.md')

    for (const name of commandsIn(await help()))
      expect(readme, name).to.match(new RegExp(`[\`\\s]${name}\\b`))
    for (const group of ['client', 'keys', 'mail', 'provider', 'settings']) {
      for (const name of commandsIn(await help(group))) {
        expect(readme, `${group} ${name}`).to.match(new RegExp(`\`${group} [^\`]*\\b${name}\\b`))
      }
    }
  })
})

/** Secrets of its own, so that reading the configuration writes no file. */
const local = {
  DATABASE_URL: 'postgres://localhost/gatehouse',
  KEY_ENCRYPTION_KEY: Buffer.alloc(32, 'k').toString('base64'),
  PASSWORD_PEPPER: 'p'.repeat(32),
  COOKIE_KEYS: 'c'.repeat(32),
}
