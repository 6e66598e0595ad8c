import { posix } from 'node:path'
import ts from 'typescript'

/** One source file; `path` is relative to src/. */
export interface Source {
  path: string
  tree: ts.SourceFile
}

/** One thing that is wrong, as `path:line what`. */
export type Fault = string

export interface House {
  sources: readonly Source[]
  floors: readonly (readonly string[])[]
}

export function parse(path: string, text: string): Source {
  return { path, tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true) }
}

interface Import {
  from: string
  /** A path below src/ for a file of ours, otherwise the name of a package. */
  to: string
  ours: boolean
  typeOnly: boolean
  at: ts.Node
}

/** Every way one file reaches another: import, export … from, import(), import types and workers by URL. */
export function importsOf({ path, tree }: Source): Import[] {
  return nodesOf(tree).flatMap((node): Import[] => {
    const found = specifierOf(node)
    if (!found || !ts.isStringLiteralLike(found.specifier)) return []
    const { text } = found.specifier
    const ours = text.startsWith('.')
    const to = ours ? posix.join(posix.dirname(path), text) : packageOf(text)
    return [{ from: path, to, ours, typeOnly: found.typeOnly, at: node }]
  })
}

interface Specifier {
  specifier: ts.Node
  typeOnly: boolean
}

function specifierOf(node: ts.Node): Specifier | null {
  if (ts.isImportDeclaration(node)) return { specifier: node.moduleSpecifier, typeOnly: isTypeOnly(node) }
  if (ts.isExportDeclaration(node)) {
    return node.moduleSpecifier ? { specifier: node.moduleSpecifier, typeOnly: node.isTypeOnly } : null
  }
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? { specifier: node.argument.literal, typeOnly: true } : null
  }
  return ts.isCallExpression(node) || ts.isNewExpression(node) ? specifierOfCall(node) : null
}

/** `import('./a.ts')`, or `new URL('./a.worker.ts', …)`. */
function specifierOfCall(node: ts.CallExpression | ts.NewExpression): Specifier | null {
  const [argument] = node.arguments ?? []
  if (!argument) return null
  const byCall = node.expression.kind === ts.SyntaxKind.ImportKeyword
  const byUrl = node.expression.getText() === 'URL' && /^['"]\..*\.ts['"]$/.test(argument.getText())
  return byCall || byUrl ? { specifier: argument, typeOnly: false } : null
}

function isTypeOnly({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = importClause.namedBindings
  if (importClause.name || !named || !ts.isNamedImports(named)) return false
  return named.elements.every((element) => element.isTypeOnly)
}

const packageOf = (specifier: string): string =>
  specifier.startsWith('node:')
    ? specifier
    : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

// ---- floors -----------------------------------------------------------------------------------------------------

/** The folder of the floor plan a file belongs to; null for the roof (files directly in src/) and for unplanned ones. */
export function folderOf({ floors }: Pick<House, 'floors'>, path: string): string | null {
  return floors.flat().find((folder) => path.startsWith(`${folder}/`)) ?? null
}

const isRoof = (path: string): boolean => !path.includes('/')

/** Downwards only, and into a feature through its door. Nobody imports the roof but the roof. */
export function floorFaults(house: House): Fault[] {
  return house.sources
    .flatMap(importsOf)
    .filter((one) => one.ours && !mayImport(house, one.from, one.to))
    .map((one) => fault(one.from, one.at, `imports ${one.to}`))
}

function mayImport(house: House, from: string, to: string): boolean {
  if (isRoof(to)) return isRoof(from)
  const [mine, other] = [folderOf(house, from), folderOf(house, to)]
  if (other === null) return false
  if (mine === other) return true
  const throughDoor = !other.startsWith('features/') || to === `${other}/index.ts`
  return throughDoor && (isRoof(from) || floorOf(house, other) < floorOf(house, mine))
}

const floorOf = ({ floors }: House, folder: string | null): number =>
  floors.findIndex((floor) => folder !== null && floor.includes(folder))

/** Every folder stands on exactly one floor, and every floor's folder exists. */
export function planFaults({ sources, floors }: House): Fault[] {
  const planned = floors.flat()
  const twice = planned.filter((folder, index) => planned.indexOf(folder) !== index)
  const empty = planned.filter((folder) => !sources.some(({ path }) => path.startsWith(`${folder}/`)))
  const homeless = sources.filter(({ path }) => !isRoof(path) && folderOf({ floors }, path) === null)
  return [
    ...twice.map((folder) => `${folder} stands on two floors`),
    ...empty.map((folder) => `${folder} is planned and empty`),
    ...homeless.map(({ path }) => `${path} stands on no floor`),
  ]
}

/** Files that reach themselves: none of them can be read or tested alone. */
export function cycleFaults({ sources }: Pick<House, 'sources'>): Fault[] {
  const next = new Map(
    sources.map((one) => [one.path, importsOf(one).flatMap(({ ours, to }) => (ours ? [to] : []))]),
  )
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) found.push([...trail.slice(start), path].join(' -> '))
    if (start >= 0 || done.has(path)) return
    for (const to of next.get(path) ?? []) visit(to, [...trail, path])
    done.add(path)
  }
  for (const path of next.keys()) visit(path, [])
  return found
}

// ---- third parties ----------------------------------------------------------------------------------------------

/** Who may import a package: paths below src/ by their beginning, or by their end after a `*`; `types` may import its types and nothing that runs. */
export interface Ownership {
  owners: readonly string[]
  types?: readonly string[]
}

export function packageFaults(
  { sources }: Pick<House, 'sources'>,
  table: Record<string, Ownership>,
): Fault[] {
  const used = sources.flatMap(importsOf).filter(({ ours, to }) => !ours && !to.startsWith('node:'))
  const strangers = used.filter(({ from, to, typeOnly }) => !isOwner(table[to], from, typeOnly))
  const idle = Object.entries(table).flatMap(([name, { owners, types = [] }]) =>
    [...owners, ...types]
      .filter((owner) => !used.some(({ from, to }) => to === name && covers(owner, from)))
      .map((owner) => `${name}: ${owner}`),
  )
  return [
    ...strangers.map((one) => fault(one.from, one.at, `imports ${one.to}`)),
    ...idle.map((entry) => `the table lets in more than there is: ${entry}`),
  ]
}

function isOwner(entry: Ownership | undefined, path: string, typeOnly: boolean): boolean {
  if (!entry) return false
  const allowed = typeOnly ? [...entry.owners, ...(entry.types ?? [])] : entry.owners
  return allowed.some((owner) => covers(owner, path))
}

const covers = (owner: string, path: string): boolean =>
  owner.startsWith('*') ? path.endsWith(owner.slice(1)) : path.startsWith(owner)

// ---- what a file may say ----------------------------------------------------------------------------------------

/** One forbidden thing. `except` are paths below src/ by their beginning, each with the reason it is let off. */
export interface Rule {
  title: string
  wrong(node: ts.Node, source: Source): boolean
  except?: Record<string, string>
}

export function faultsOf({ sources }: Pick<House, 'sources'>, rule: Rule): Fault[] {
  const exempt = Object.keys(rule.except ?? {})
  const found = sources.flatMap((source) =>
    nodesOf(source.tree)
      .filter((node) => rule.wrong(node, source))
      .map((node) => ({ path: source.path, node })),
  )
  const faults = found.filter(({ path }) => !exempt.some((start) => path.startsWith(start)))
  const idle = exempt.filter((start) => !found.some(({ path }) => path.startsWith(start)))
  return [
    ...faults.map(({ path, node }) => fault(path, node, firstLine(node))),
    ...idle.map((start) => `needs no exception: ${start}`),
  ]
}

const sqlCall = new Set(['db', 'tx', 'trx', 'knex', 'owner', 'pool'])
const sqlText = new RegExp(
  [
    'select\\s[^]*\\sfrom\\s',
    'select\\s+(\\d|\\w+\\()',
    'insert\\s+into\\s',
    'update\\s+\\S+\\s+(\\w+\\s+)?set\\s',
    'delete\\s+from\\s',
    'with\\s+(recursive\\s+)?\\w+\\s+as\\s+(not\\s+materialized\\s+|materialized\\s+)?\\(',
    '(create|drop|alter)\\s+(or\\s+replace\\s+)?(table|index|unique|function|role|database|schema|type)\\s',
    '(truncate|lock)\\s+table\\s',
    '(grant|revoke)\\s[^]*\\son\\s',
    '(listen|notify)\\s+\\S+\\s*$',
  ]
    .map((statement) => `^\\s*${statement}`)
    .join('|'),
  'i',
)

/** A query builder on a table, a raw statement, or a text that is one. */
function speaksSql(node: ts.Node): boolean {
  if (isText(node)) return sqlText.test(textOf(node))
  if (!ts.isCallExpression(node)) return false
  const [argument] = node.arguments
  const { expression } = node
  if (ts.isPropertyAccessExpression(expression))
    return expression.getText() !== 'String.raw' && expression.name.text === 'raw'
  return (
    ts.isIdentifier(expression) && sqlCall.has(expression.text) && argument !== undefined && isText(argument)
  )
}

const isText = (node: ts.Node): boolean => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)
const textOf = (node: ts.Node): string =>
  ts.isStringLiteralLike(node) ? node.text : node.getText().slice(1, -1)

const isCallOf = (node: ts.Node, ...names: string[]): boolean =>
  ts.isCallExpression(node) && names.includes(node.expression.getText())

const isName = (node: ts.Node, ...names: string[]): boolean =>
  ts.isIdentifier(node) && names.includes(node.text)

/** From Node or a package; what platform/crypto gives out is what everyone is to use. */
const importsRandomness = (node: ts.Node): boolean =>
  ts.isImportDeclaration(node) &&
  /^['"]((node:)?crypto|uuid|nanoid)['"]$/.test(node.moduleSpecifier.getText()) &&
  (/^['"](uuid|nanoid)/.test(node.moduleSpecifier.getText()) || !drawsNothing(node))

/** Names each thing it takes, and none of them is a source. `import * as crypto` takes all. */
function drawsNothing({ importClause }: ts.ImportDeclaration): boolean {
  const named = importClause?.namedBindings
  if (!importClause || importClause.name || !named || !ts.isNamedImports(named)) return false
  return named.elements.every(
    ({ name, propertyName }) => !randomSources.includes((propertyName ?? name).text),
  )
}

const randomSources = [
  'randomBytes',
  'randomInt',
  'randomUUID',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
  'webcrypto',
  'generateKey',
  'generateKeyPair',
  'generateKeyPairSync',
  'generateKeySync',
]

/** The comment a cast gives its reason in: on its line, on the statement's, or right above. */
function saysWhy(node: ts.Node, { tree }: Source): boolean {
  const lines = tree.text.split('\n')
  const first = tree.getLineAndCharacterOfPosition(statementOf(node).getStart()).line
  const last = tree.getLineAndCharacterOfPosition(node.getEnd()).line
  const near = lines
    .slice(Math.max(first - 1, 0), last + 1)
    .concat(lines[tree.getLineAndCharacterOfPosition(statementOf(node).getEnd()).line] ?? '')
  return near.some((line) => /(^|\s)(\/\/ |\*\/|\/\*\*)/.test(line))
}

function statementOf(node: ts.Node): ts.Node {
  return ts.isStatement(node) || ts.isSourceFile(node.parent) ? node : statementOf(node.parent)
}

const isConst = (node: ts.AsExpression): boolean => node.type.getText() === 'const'

export const rules: readonly Rule[] = [
  {
    title: 'SQL stands in repositories only',
    wrong: (node, { path }) => !/\/repository\.ts$/.test(path) && speaksSql(node),
    except: {
      'platform/db/': 'the pool, migrations and transactions themselves',
      'platform/bus.ts': 'LISTEN and NOTIFY',
      'platform/limits/': 'its counters are the one table of the machinery',
      'platform/embedded-postgres/': 'makes the embedded server: role, database, owner lock',
    },
  },
  { title: 'there is no any', wrong: (node) => node.kind === ts.SyntaxKind.AnyKeyword },
  {
    title: 'exports have names',
    wrong: (node) =>
      ts.isExportAssignment(node) ||
      (node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent)),
  },
  {
    title: 'there is no class but Problem',
    wrong: (node) => ts.isClassLike(node) && node.name?.text !== 'Problem',
  },
  {
    title: 'nothing is asserted to be there with !',
    wrong: (node) =>
      ts.isNonNullExpression(node) ||
      ((ts.isPropertyDeclaration(node) || ts.isVariableDeclaration(node)) &&
        node.exclamationToken !== undefined),
  },
  {
    title: 'a cast says why it is safe',
    wrong: (node, source) =>
      ts.isAsExpression(node) ? !isConst(node) && !saysWhy(node, source) : ts.isTypeAssertionExpression(node),
  },
  {
    title: 'only the configuration reads the environment',
    wrong: (node) =>
      (ts.isPropertyAccessExpression(node) && /^(globalThis\.)?process\.env$/.test(node.getText())) ||
      (ts.isBindingElement(node) &&
        node.parent.parent.getText().endsWith('= process') &&
        node.name.getText() === 'env') ||
      (ts.isImportSpecifier(node) &&
        node.name.text === 'env' &&
        /^['"](node:)?process['"]$/.test(node.parent.parent.parent.moduleSpecifier.getText())),
    except: { 'platform/config/': 'is the configuration' },
  },
  {
    title: 'only the clock knows what time it is',
    wrong: (node) =>
      isCallOf(node, 'Date.now', 'Date', 'performance.timeOrigin') ||
      (ts.isNewExpression(node) &&
        node.expression.getText() === 'Date' &&
        (node.arguments ?? []).length === 0),
    except: { 'lib/clock.ts': 'is the clock' },
  },
  {
    title: 'only platform/crypto draws random values',
    wrong: (node) =>
      isCallOf(node, 'Math.random') || importsRandomness(node) || isName(node, 'getRandomValues'),
    except: {
      'platform/crypto/': 'is the source',
      'platform/config/local-secrets.ts':
        "runs before anything is open, and platform/crypto builds on the configuration's types",
    },
  },
  { title: 'nothing prints through the console', wrong: (node) => isName(node, 'console') },
  {
    title: 'nothing is loosened for the checkers without a reason',
    wrong: (node) =>
      ts.isSourceFile(node) &&
      /@ts-(ignore|nocheck|expect-error)|(?:es|ox)lint-disable(?!-next-line [\w@/-]+ -- \S)/.test(node.text),
  },
  {
    title: 'the syntax can be erased',
    wrong: (node) =>
      ts.isEnumDeclaration(node) || (ts.isModuleDeclaration(node) && !ts.isStringLiteral(node.name)),
  },
  {
    title: 'files have kebab-case names that say what they are for',
    wrong: (node, { path }) =>
      ts.isSourceFile(node) &&
      (!/^([a-z0-9-]+\/)*[a-z0-9]+(-[a-z0-9]+)*(\.(routes|job|worker))?\.ts$/.test(path) ||
        /-services?\.|(^|[/-])(utils?|helpers?|common|misc|managers?)([./-])/.test(path)),
  },
]

// ---- doors and tables -------------------------------------------------------------------------------------------

/** A feature's door begins with a header that says what it is, and only re-exports. */
export function doorFaults({ sources, floors }: House): Fault[] {
  const features = floors.flat().filter((folder) => folder.startsWith('features/'))
  return features.flatMap((feature) => {
    const door = sources.find(({ path }) => path === `${feature}/index.ts`)
    if (!door) return [`${feature} has no index.ts`]
    const header = headerOf(door)
    return header.length < 60 ? [`${door.path} begins without saying what it is`] : []
  })
}

export function headerOf({ tree }: Source): string {
  return /^\/\*\*([\s\S]*?)\*\//.exec(tree.text)?.[1]?.trim() ?? ''
}

export interface Migration {
  name: string
  text: string
}

const migrationName =
  /^(\d{14})_([a-z]+(?:-[a-z]+)*)_(create|add|change|drop|rename|fill|index|allow)_([a-z]+(?:_[a-z]+)*)\.ts$/

/** A migration's name says when, whose and what; it goes both ways and says why. */
export function migrationFaults(migrations: readonly Migration[], owners: readonly string[]): Fault[] {
  const times = migrations.map(({ name }) => name.slice(0, 14))
  return migrations.flatMap(({ name, text }, index) => {
    const [, , owner] = migrationName.exec(name) ?? []
    const wrong = [
      owner === undefined && 'is not named <time>_<feature>_<verb>_<object>.ts',
      owner !== undefined && !owners.includes(owner) && `belongs to nobody: ${owner}`,
      times.indexOf(name.slice(0, 14)) !== index && 'has the time of another',
      !/export async function up\(knex: Knex\): Promise<void> \{/.test(text) && 'has no up',
      !/export async function down\(knex: Knex\): Promise<void> \{\s*\S[\s\S]*\}/.test(text) && 'has no down',
      !/\/\*\*[\s\S]{40,}?\*\/\nexport async function up/.test(text) && 'does not say why',
    ]
    return wrong.flatMap((what) => (what === false ? [] : [`${name} ${what}`]))
  })
}

/** What breaks a program that still uses what was there, in a table that this migration has not made itself. */
const tightening: readonly [RegExp, string][] = [
  [/\bdrop\s+(?:table|column|view|function|type|schema)\s+(?:if\s+exists\s+)?(\w+)/g, 'takes something away'],
  [/\brename\b/g, 'renames'],
  [/\balter\s+column\s+\w+\s+(?:set\s+data\s+)?type\b/g, 'changes a type'],
  [/\bset\s+not\s+null\b/g, 'demands a value'],
  [/\badd\s+column\s+(?![^,;]*\bdefault\b)[^,;]*\bnot\s+null\b/g, 'demands a value of a new column'],
  [/\badd\s+(?:constraint|check|unique|foreign|primary|exclude)\b/g, 'forbids what was allowed'],
  [/\bcreate\s+unique\s+index\s+(?:concurrently\s+)?\w+\s+on\s+(\w+)/g, 'forbids what was allowed'],
  [/\b(?:truncate|delete\s+from)\s+(\w+)/g, 'deletes'],
]

/** No release came before these. */
const firstRelease = '20261127110000'

/**
 * The release before must run on the schema of this one. So what takes away or forbids is named `drop`, `rename` or `change`
 * and was announced by that release (src/platform/db/later-migrations.ts), or says behind the word "Expands:" why nothing that
 * was right becomes wrong.
 */
export function expansionFaults(
  migrations: readonly Migration[],
  bearable: (name: string) => boolean,
  isExpanding: (name: string) => boolean,
): Fault[] {
  return migrations
    .filter(({ name }) => name > firstRelease)
    .flatMap(({ name, text }) => {
      if (!bearable(name)) return [`${name} was not announced by the release before`]
      const [up = ''] = text.split('export async function down')
      if (!isExpanding(name) || /\bExpands: \S/.test(up)) return []
      const own = new Set([...up.matchAll(/create table (\w+)/g)].map(([, table]) => table))
      const code = up.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|--.*$/gm, '')
      return tightening.flatMap(([pattern, what]) =>
        [...code.matchAll(pattern)].some(([, table]) => table === undefined || !own.has(table))
          ? [`${name} ${what}: announce it a release before, or say "Expands:" and why not`]
          : [],
      )
    })
}

/** Table -> the feature whose migration made it. */
export function tablesOf(migrations: readonly Migration[]): Map<string, string> {
  const made = migrations.flatMap(({ name, text }) =>
    [...text.matchAll(/^\s*create table (\w+) \((?!like)/gm)].map(([, table = '']): [string, string] => [
      table,
      migrationName.exec(name)?.[2] ?? '',
    ]),
  )
  return new Map(made)
}

/** A table is written by its owner alone; others may read it (and say so in their door's header). */
export function tableFaults({ sources, floors }: House, tables: ReadonlyMap<string, string>): Fault[] {
  return sources.flatMap((source) => {
    const feature = folderOf({ floors }, source.path)?.split('/').at(-1) ?? ''
    return nodesOf(source.tree).flatMap((node) =>
      writtenBy(node)
        .filter((table) => tables.has(table) && tables.get(table) !== feature && feature !== 'platform')
        .map((table) =>
          fault(source.path, node, `writes to ${table}, which belongs to ${tables.get(table) ?? ''}`),
        ),
    )
  })
}

function writtenBy(node: ts.Node): string[] {
  if (isText(node)) {
    return [...textOf(node).matchAll(/\b(?:insert\s+into|delete\s+from|update)\s+(\w+)/gi)].map(
      ([, table = '']) => table,
    )
  }
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression) || !sqlCall.has(node.expression.text))
    return []
  const [argument] = node.arguments
  if (!argument || !isText(argument)) return []
  return /^(insert|update|delete|del|truncate|increment|decrement)$/.test(lastWrite(node))
    ? [textOf(argument).split(' ')[0] ?? '']
    : []
}

/** The verb of a query builder's chain that writes; '' for one that only reads. */
function lastWrite(node: ts.Node): string {
  for (
    let at: ts.Node = node;
    ts.isPropertyAccessExpression(at.parent) || ts.isCallExpression(at.parent);
    at = at.parent
  ) {
    if (
      ts.isPropertyAccessExpression(at.parent) &&
      /^(insert|update|delete|del|truncate|increment|decrement)$/.test(at.parent.name.text)
    ) {
      return at.parent.name.text
    }
  }
  return ''
}

// ---- walking ----------------------------------------------------------------------------------------------------

const walked = new WeakMap<ts.SourceFile, ts.Node[]>()

export function nodesOf(tree: ts.SourceFile): ts.Node[] {
  const known = walked.get(tree)
  if (known) return known
  const all: ts.Node[] = []
  const visit = (node: ts.Node): void => {
    all.push(node)
    for (const modifier of ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []) all.push(modifier)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  walked.set(tree, all)
  return all
}

function fault(path: string, node: ts.Node, what: string): Fault {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart())
  return `${path}:${line + 1} ${what}`
}

const firstLine = (node: ts.Node): string =>
  ts.isSourceFile(node) ? '' : (node.getText().split('\n')[0] ?? '')
