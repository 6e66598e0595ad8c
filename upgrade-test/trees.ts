import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { runToEnd } from '../faults/rig/processes.ts'
import { ownTree } from '../faults/rig/replica.ts'

/** The two programs, each in a folder of its own. */
export interface Trees {
  /** What the older one was made from. */
  from: string
  older: string
  newer: string
  /** Migrations that the newer one has and the older one does not know. */
  added: string[]
  close(): void
}

/** `from`: any name of a commit; null: the release before. @throws Error where there is no such commit. */
export async function openTrees(from: string | null): Promise<Trees> {
  const place = mkdtempSync(join(tmpdir(), 'gatehouse-upgrade-'))
  const close = () => {
    rmSync(place, { recursive: true, force: true })
  }
  process.once('exit', close)
  const commit = commitOf(from ?? releaseBefore())
  const [older, newer] = [join(place, 'older'), join(place, 'newer')]
  checkOut(commit, older)
  await giveDependencies(older)
  copyOwn(newer)
  await giveDependencies(newer)
  writeFileSync(join(newer, 'migrations', `${laterMigration}.ts`), laterText)
  const known = new Set(migrationsIn(older))
  const added = migrationsIn(newer).filter((name) => !known.has(name))
  return { from: from ?? commit, older, newer, added, close }
}

const git = (...words: string[]): string =>
  execFileSync('git', words, { cwd: ownTree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

const commitOf = (name: string): string =>
  git('rev-parse', '--verify', '--end-of-options', `${name}^{commit}`)

/** This file: what is older than it was never held to this, and no release is. */
const foundation = 'upgrade-test/trees.ts'

/**
 * The newest release that led to this commit; before the first, what there was before the newest migration came, or when
 * this was first asked of a program.
 */
function releaseBefore(): string {
  const [release] = lines(
    git('tag', '--list', 'v*', '--merged', 'HEAD', '--no-contains', 'HEAD', '--sort=-v:refname'),
  )
  if (release !== undefined) return release
  const added = (path: string) => lines(git('log', '--diff-filter=A', '--format=%H', '--', path))[0]
  const before = `${added('migrations') ?? 'HEAD'}^`
  return has(before, foundation) ? before : (added(foundation) ?? 'HEAD')
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

function has(commit: string, path: string): boolean {
  try {
    git('cat-file', '-e', `${commit}:${path}`)
    return true
  } catch {
    return false
  }
}

function checkOut(commit: string, folder: string): void {
  mkdirSync(folder)
  const archive = execFileSync('git', ['archive', commit], { cwd: ownTree, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['-x', '-C', folder], { input: archive })
}

/** This checkout as it stands, with what is not committed yet. */
function copyOwn(folder: string): void {
  const files = git('ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0')
  for (const file of files) {
    const source = join(ownTree, file)
    if (file === '' || file === 'node_modules' || !existsSync(source)) continue
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(source, join(folder, file))
  }
}

/** Those of this checkout where they are the same, else its own. */
async function giveDependencies(folder: string): Promise<void> {
  const lock = (tree: string) => readFileSync(join(tree, 'package-lock.json'), 'utf8')
  if (lock(folder) === lock(ownTree)) symlinkSync(join(ownTree, 'node_modules'), join(folder, 'node_modules'))
  else await runToEnd('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder })
}

const migrationsIn = (tree: string): string[] =>
  lines(execFileSync('ls', [join(tree, 'migrations')], { encoding: 'utf8' }))

/** Of a release that does not exist yet: the older program must bear it, and so must this one. */
const laterMigration = '20991231235959_accounts_add_of_a_later_release'

const laterText = `import type { Knex } from 'knex'

export const config = { transaction: false }

/** Adds a column to every table, and a table: no statement of an older program may depend on there being no more than it knows. */
export async function up(knex: Knex): Promise<void> {
  const { rows } = await knex.raw<{ rows: { name: string }[] }>(
    "select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') " +
      "and not c.relispartition and c.relname not like 'knex%' order by 1",
  )
  for (const { name } of rows) await knex.raw("alter table ?? add column if not exists of_a_later_release text not null default ''", [name])
  await knex.raw('create table things_of_a_later_release (id uuid primary key)')
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop table things_of_a_later_release')
}
`
