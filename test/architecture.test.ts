import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

import { floors } from '../src/floors.ts'
import { isBearable, isExpanding } from '../src/platform/db/later-migrations.ts'
import {
  cycleFaults,
  doorFaults,
  expansionFaults,
  faultsOf,
  floorFaults,
  headerOf,
  type House,
  migrationFaults,
  type Ownership,
  packageFaults,
  parse,
  planFaults,
  rules,
  tableFaults,
  tablesOf,
} from './support/architecture.ts'

const read = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ name: file.replaceAll('\\', '/'), text: readFileSync(join(folder, file), 'utf8') }))

const house: House = { sources: read('src').map(({ name, text }) => parse(name, text)), floors }
const migrations = read('migrations')

/** Folders that may own a table; the machinery has two: counters of limits, and what was answered under a key. */
const machinery = ['limits', 'idempotency']
const owners = [...floors.flat().map((folder) => folder.split('/').at(-1) ?? ''), ...machinery]

const everyone = ['']
const tracing = { owners: ['platform/telemetry/sdk.ts'] } // loaded where traces are wanted, and nowhere else

/** Third parties and who may import them. Whoever else wants one asks its owner for a function. */
const thirdParties: Record<string, Ownership> = {
  zod: { owners: everyone }, // schemas stand at every edge
  knex: { owners: ['platform/db/'], types: ['platform/app.ts', 'platform/bus.ts', 'platform/limits/'] },
  pg: { owners: ['platform/db/', 'platform/bus.ts', 'platform/embedded-postgres/'] },
  koa: {
    owners: ['platform/http/'],
    types: [
      'features/oidc/',
      'features/presentation/',
      'features/authentication/',
      'features/portal/',
      'features/demo/',
      'features/devices/',
      'features/federation/',
      'features/console/',
    ],
  },
  '@koa/router': { owners: ['platform/http/'] },
  '@fastify/busboy': { owners: ['platform/http/'] },
  '@koa/bodyparser': { owners: ['platform/http/'] },
  'zod-openapi': { owners: ['platform/http/'] },
  'oidc-provider': { owners: ['features/oidc/'] },
  'light-my-request': { owners: ['features/oidc/'] },
  jose: {
    owners: [
      'features/oidc/',
      'features/demo/',
      'features/federation/upstream/',
      'features/registration/software-statement.ts',
      'features/logout/',
      'features/signals/',
    ],
  },
  'openid-client': {
    owners: ['features/console/', 'features/demo/', 'features/federation/upstream/', 'features/terminal/'],
  },
  ioredis: { owners: ['platform/redis.ts'] },
  'rate-limiter-flexible': { owners: ['platform/limits/'] },
  'ipaddr.js': {
    owners: [
      'platform/config/',
      'platform/http/',
      'platform/limits/',
      'platform/outbound/',
      'features/risk/places/',
    ],
  },
  'mmdb-lib': { owners: ['features/risk/places/'] },
  undici: { owners: ['platform/outbound/'] },
  pino: { owners: ['platform/log.ts'] },
  liquidjs: { owners: ['platform/views/'] },
  nodemailer: { owners: ['features/notifications/'] },
  uuid: { owners: ['platform/crypto/'] },
  'prom-client': { owners: ['platform/metrics.ts', 'platform/gauges.ts'] },
  'graphile-worker': { owners: ['platform/db/', 'features/outbox/'] },
  '@node-rs/argon2': { owners: ['features/credentials/'] },
  '@node-rs/bcrypt': { owners: ['features/credentials/'] },
  'csv-parse': { owners: ['features/imports/'] },
  'csv-stringify': { owners: ['features/imports/'] },
  'htmx.org': { owners: [] }, // for browsers: served from its file
  'markdown-it': { owners: ['features/documentation/'] },
  minisearch: { owners: ['features/documentation/'] },
  '@simplewebauthn/server': { owners: ['features/passkeys/'] },
  otpauth: { owners: ['features/factors/'] },
  uqr: { owners: ['features/factors/'] },
  'libphonenumber-js': { owners: ['features/factors/'] },
  '@zxcvbn-ts/core': { owners: ['features/credentials/'] },
  '@zxcvbn-ts/language-common': { owners: ['features/credentials/'] },
  '@zxcvbn-ts/language-en': { owners: ['features/credentials/'] },
  'pg-copy-streams': { owners: ['platform/db/whole/'] },
  'cli-progress': { owners: ['platform/progress.ts'] },
  'lru-cache': {
    owners: [
      'features/clients/',
      'features/oidc/',
      'features/demo/',
      'features/sessions/',
      'features/federation/',
      'features/request-limits/',
      'features/claims/',
      'platform/http/origin.ts',
      'witness.ts',
    ],
  },
  bowser: { owners: ['lib/browser.ts'] },
  yaml: { owners: ['features/configuration/'] },
  '@opentelemetry/api': tracing,
  '@opentelemetry/core': tracing,
  '@opentelemetry/exporter-trace-otlp-proto': tracing,
  '@opentelemetry/resources': tracing,
  '@opentelemetry/sdk-trace': tracing,
  commander: { owners: ['cli.ts', 'platform/act.ts', '*/commands.ts'], types: ['platform/command.ts'] },
}

describe('the architecture', () => {
  it('gives every folder one floor', () => {
    expect(planFaults(house)).to.deep.equal([])
  })

  it('imports only downwards, into a feature only through its door, and never the roof', () => {
    expect(floorFaults(house)).to.deep.equal([])
  })

  it('has no circle of imports', () => {
    expect(cycleFaults(house)).to.deep.equal([])
  })

  it('lets each third party in at one place', () => {
    expect(packageFaults(house, thirdParties)).to.deep.equal([])
  })

  it('depends at run time only on what package.json installs there, and uses all of it', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object }
    expect(Object.keys(thirdParties).sort()).to.deep.equal(Object.keys(dependencies).sort())
  })

  for (const rule of rules) {
    it(`holds that ${rule.title}`, () => {
      expect(faultsOf(house, rule)).to.deep.equal([])
    })
  }

  it('gives every feature a door that says what it is', () => {
    expect(doorFaults(house)).to.deep.equal([])
  })

  it('names, dates and explains every migration, in both directions', () => {
    expect(migrationFaults(migrations, owners)).to.deep.equal([])
  })

  it('lets the release before run on the schema of this one', () => {
    expect(expansionFaults(migrations, isBearable, isExpanding)).to.deep.equal([])
  })

  it('lets a table be written by its owner alone', () => {
    expect(tableFaults(house, tablesOf(migrations))).to.deep.equal([])
  })

  it('says at each door which tables the feature owns', () => {
    const silent = [...tablesOf(migrations)].filter(([table, owner]) => {
      const path = `${machinery.includes(owner) ? 'platform' : 'features'}/${owner}/index.ts`
      const door = house.sources.find((source) => source.path === path)
      return !door || !headerOf(door).includes(`\`${table}\``)
    })
    expect(silent).to.deep.equal([])
  })
})

/** Something each rule must see, and something like it that it must let pass. */
const samples: Record<string, { wrong: string[]; right: string[] }> = {
  'SQL stands in repositories only': {
    wrong: [
      "db('users').select('id')",
      "tx.raw('x')",
      'const s = `select a from b where c = ${d}`',
      "q('DELETE FROM users')",
      "run('with x as (select 1) select 2')",
    ],
    right: ["say('grant request is invalid')", "say('Select a language')", 'String.raw`x`'],
  },
  'there is no any': { wrong: ['let a: any', 'const a = b as any'], right: ['let a: unknown', "say('any')"] },
  'exports have names': {
    wrong: ['export default 1', 'export default function f() {}', 'export default class {}'],
    right: ['export const a = 1', 'switch (a) { default: b() }'],
  },
  'there is no class but Problem': {
    wrong: ['class A {}', 'const a = class {}'],
    right: ['class Problem {}'],
  },
  'nothing is asserted to be there with !': { wrong: ['a!.b', 'let a!: string'], right: ['!a', 'a !== b'] },
  'a cast says why it is safe': {
    wrong: ['const a = b as C', 'const a = <C>b'],
    right: ['const a = b as C // made above', 'const a = [1] as const', '/** Checked. */\nconst a = b as C'],
  },
  'only the configuration reads the environment': {
    wrong: ['process.env.A', 'const { env } = process', "import { env } from 'node:process'"],
    right: ['config.env', "say('process.env')"],
  },
  'only the clock knows what time it is': {
    wrong: ['Date.now()', 'new Date()', 'new Date', 'Date()'],
    right: ['new Date(a)', 'clock.now()'],
  },
  'only platform/crypto draws random values': {
    wrong: [
      'Math.random()',
      "import { randomBytes } from 'node:crypto'",
      "import { randomUUID as id } from 'crypto'",
      "import * as crypto from 'node:crypto'",
      "import { v4 } from 'uuid'",
      'crypto.getRandomValues(a)',
    ],
    right: ["import { createHash } from 'node:crypto'", "import { randomBytes } from '../crypto/index.ts'"],
  },
  'nothing prints through the console': { wrong: ['console.log(1)'], right: ["say('console')"] },
  'nothing is loosened for the checkers without a reason': {
    wrong: ['// @ts-expect-error\na()', '/* eslint-disable */', '// eslint-disable-next-line a/b'],
    right: ['// the type checker knows', '// eslint-disable-next-line @a/b -- for tests only'],
  },
  'the syntax can be erased': {
    wrong: ['enum A { B }', 'namespace A { export const b = 1 }'],
    right: ["declare module 'koa' {}", 'type A = 1'],
  },
}

describe('the rules of the architecture', () => {
  for (const rule of rules) {
    const sample = samples[rule.title]
    if (!sample) continue
    it(`see it when it is not so that ${rule.title}`, () => {
      const faults = (text: string) =>
        faultsOf({ sources: [parse('features/sample/sample.ts', text)] }, { ...rule, except: {} })
      for (const text of sample.wrong) expect(faults(text), text).not.to.deep.equal([])
      for (const text of sample.right) expect(faults(text), text).to.deep.equal([])
    })
  }

  it('know every path that is no name', () => {
    const naming = rules.filter(({ title }) => title.startsWith('files have'))
    const faults = (path: string) => naming.flatMap((rule) => faultsOf({ sources: [parse(path, '')] }, rule))
    for (const path of [
      'lib/sessionService.ts',
      'lib/utils.ts',
      'features/a/session-service.ts',
      'lib/A.ts',
    ]) {
      expect(faults(path), path).to.have.lengthOf(1)
    }
    for (const path of ['lib/clock.ts', 'features/a/strength.worker.ts']) {
      expect(faults(path), path).to.deep.equal([])
    }
  })

  const plan = [['lib'], ['platform'], ['features/low'], ['features/high']]
  const built = (files: Record<string, string>): House => ({
    floors: plan,
    sources: Object.entries(files).map(([path, text]) => parse(path, text)),
  })

  it('see an import upwards, sideways past a door, of the roof, and however it is written', () => {
    const wrong = [
      ['lib/a.ts', "import { b } from '../platform/b.ts'"],
      ['platform/a.ts', "import type { B } from '../features/low/index.ts'"],
      ['features/low/a.ts', "export * from '../high/index.ts'"],
      ['features/high/a.ts', "import { b } from '../low/repository.ts'"],
      ['features/high/a.ts', "const b = await import('../low/repository.ts')"],
      ['features/high/a.ts', "type B = import('../low/b.ts').B"],
      ['features/high/a.ts', "new Worker(new URL('../low/b.worker.ts', import.meta.url))"],
      ['features/high/a.ts', "import { app } from '../../app.ts'"],
      ['features/high/a.ts', "import { a } from '../unplanned/index.ts'"],
      ['main.ts', "import { a } from './features/low/repository.ts'"],
    ] as const
    for (const [path, text] of wrong) expect(floorFaults(built({ [path]: text })), text).to.have.lengthOf(1)
  })

  it('let pass what goes down through a door, or stays at home', () => {
    const right = [
      ['features/high/a.ts', "import { b } from '../low/index.ts'"],
      ['features/high/b/a.ts', "import { b } from '../repository.ts'"],
      ['features/low/a.ts', "import { now } from '../../lib/clock.ts'"],
      ['main.ts', "import { app } from './app.ts'"],
    ] as const
    for (const [path, text] of right) expect(floorFaults(built({ [path]: text })), text).to.deep.equal([])
  })

  it('see a folder without a floor, an empty floor and a folder on two', () => {
    const faults = planFaults({ ...built({ 'features/new/index.ts': '' }), floors: [['lib'], ['lib']] })
    expect(faults).to.deep.equal([
      'lib stands on two floors',
      'lib is planned and empty',
      'lib is planned and empty',
      'features/new/index.ts stands on no floor',
    ])
  })

  it('see a circle of three', () => {
    const circle = {
      'lib/a.ts': "import './b.ts'",
      'lib/b.ts': "import './c.ts'",
      'lib/c.ts': "import type { A } from './a.ts'",
    }
    expect(cycleFaults(built(circle))).to.deep.equal(['lib/a.ts -> lib/b.ts -> lib/c.ts -> lib/a.ts'])
  })

  it('see a third party at the wrong door, one nobody knows, and an entry nobody needs', () => {
    const table = { koa: { owners: ['platform/'], types: ['features/high/'] } }
    const faults = (files: Record<string, string>) =>
      packageFaults(built({ 'platform/a.ts': "import Koa from 'koa'", ...files }), table)
    expect(faults({ 'features/high/a.ts': "import type { Context } from 'koa'" })).to.deep.equal([])
    expect(faults({ 'features/high/a.ts': "import { HttpError } from 'koa'" })).to.have.lengthOf(1)
    expect(
      faults({ 'features/high/a.ts': "import type { Context } from 'koa'\nimport 'left-pad'" }),
    ).to.have.lengthOf(1)
    expect(faults({})).to.deep.equal(['the table lets in more than there is: koa: features/high/'])
  })

  it('see an exception that nothing needs any more', () => {
    const [rule] = rules.filter(({ title }) => title.startsWith('only the clock'))
    expect(rule && faultsOf({ sources: [] }, rule)).to.deep.equal(['needs no exception: lib/clock.ts'])
  })

  it('see a table written by somebody else, by statement or by builder, and let reading pass', () => {
    const tables = new Map([['users', 'low']])
    const faults = (text: string) => tableFaults(built({ 'features/high/repository.ts': text }), tables)
    expect(faults("run('update users set a = 1')")).to.have.lengthOf(1)
    expect(faults("db('users').where({ id }).update({ a })")).to.have.lengthOf(1)
    expect(faults("db('users').where({ id }).select('a')")).to.deep.equal([])
    expect(faults("run('select a from users')")).to.deep.equal([])
  })

  it('see a feature without a door, or with one that says nothing', () => {
    expect(doorFaults(built({ 'features/low/index.ts': '/** Low. */' }))).to.deep.equal([
      'features/low/index.ts begins without saying what it is',
      'features/high has no index.ts',
    ])
  })

  it('see a migration that takes from the release before what it uses', () => {
    const faultsIn = (up: string, verb = 'add') =>
      expansionFaults(
        [{ name: `20991231000000_low_${verb}_thing.ts`, text: `${up}\nexport async function down() {}` }],
        (name) => isBearable(name, new Set(['low_drop_thing'])),
        isExpanding,
      )
    const wrong = [
      'drop table cats',
      'alter table cats drop column lives',
      'alter table cats rename lives to years',
      'alter table cats alter column lives type bigint',
      'alter table cats alter column lives set not null',
      'alter table cats add column lives integer not null',
      'alter table cats add constraint few check (lives < 9)',
      'create unique index cats_by_name on cats (name)',
      'delete from cats',
      '/** drops nothing */ truncate cats',
    ]
    for (const text of wrong) expect(faultsIn(text), text).to.have.lengthOf(1)
    const right = [
      'create table cats (id uuid primary key, lives integer not null, check (lives < 9))',
      'create table cats (id uuid); create unique index cats_by_id on cats (id)',
      'alter table cats add column lives integer',
      'alter table cats add column lives integer not null default 9, add column name text',
      'alter table cats alter column lives drop not null',
      'create index concurrently cats_by_name on cats (name) -- does not rename',
      '/** Expands: the wider check holds for every row of before. */ alter table cats add constraint many check (lives < 99)',
    ]
    for (const text of right) expect(faultsIn(text), text).to.deep.equal([])
    expect(faultsIn('drop table cats', 'drop')).to.deep.equal([])
    expect(faultsIn('drop table cats', 'rename')).to.deep.equal([
      '20991231000000_low_rename_thing.ts was not announced by the release before',
    ])
  })

  it('see a migration that is misnamed, belongs to nobody, goes one way or does not say why', () => {
    const text = 'export async function up(knex: Knex): Promise<void> {\n}\n'
    const faults = migrationFaults(
      [
        { name: '2026_users.ts', text },
        { name: '20261122090000_ghosts_create_users.ts', text },
      ],
      ['low'],
    )
    expect(faults).to.include.members([
      '2026_users.ts is not named <time>_<feature>_<verb>_<object>.ts',
      '20261122090000_ghosts_create_users.ts belongs to nobody: ghosts',
      '2026_users.ts has no down',
      '2026_users.ts does not say why',
    ])
  })
})
