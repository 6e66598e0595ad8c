import { expect } from 'chai'
import { Ajv } from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

import { chartFile, defaultValues, render, templates, type Values } from '../support/chart.ts'

const manifest = (file: string): unknown =>
  parse(readFileSync(join(import.meta.dirname, '../../deploy/kubernetes', file), 'utf8')) as unknown

const Kind = z.object({ kind: z.string() })
const kindOf = (one: unknown): string => Kind.parse(one).kind

/** Of what is deployed once by name, what Helm needs besides; of everything, what only tells releases apart. */
const apart = new Set(['app.kubernetes.io/instance', 'checksum/config', 'imagePullPolicy', 'image'])

function plain(one: unknown): unknown {
  const { metadata, ...rest } = JSON.parse(
    JSON.stringify(one, (key, value: unknown) => (apart.has(key) ? undefined : value)),
  ) as { metadata: { name: string } }
  return { ...rest, metadata: { name: metadata.name } }
}

const Job = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({ env: z.array(z.object({ name: z.string(), value: z.string() })), envFrom: z.unknown() }),
        ]),
      }),
    }),
  }),
})

/** Paths of all leaves; what is empty is one. */
const leaves = (value: unknown, path: string): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
    ? Object.entries(value).flatMap(([name, one]) => leaves(one, `${path}.${name}`))
    : [path]

const accepts = new Ajv({ strict: false }).compile(JSON.parse(chartFile('values.schema.json')) as object)

describe('the Helm chart', () => {
  it('makes what the plain manifests say: probes, ports, variables, sizes', () => {
    const values = defaultValues()
    values.ingress = { ...(values.ingress as Values), enabled: true }
    const made = new Map(render(values).map((one) => [kindOf(one), one]))
    const files = ['config', 'deployment', 'service', 'disruption-budget', 'autoscaler', 'ingress']

    for (const file of files) {
      const expected = manifest(`${file}.yaml`)
      expect(plain(made.get(kindOf(expected))), file).to.deep.equal(plain(expected))
    }
    expect([...made.keys()]).to.have.lengthOf(files.length + 1)
  })

  it('migrates before the new pods come, by a hook, with the variables that they will have', () => {
    const job = render(defaultValues()).find((one) => kindOf(one) === 'Job')
    const [container] = Job.parse(job).spec.template.spec.containers
    const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(manifest('config.yaml'))
    expect(Object.fromEntries(container.env.map(({ name, value }) => [name, value]))).to.deep.equal(data)
    expect(container.envFrom).to.deep.equal([{ secretRef: { name: 'gatehouse' } }])

    const withoutEnvironment = (one: unknown) =>
      JSON.parse(
        JSON.stringify(plain(one), (key, value: unknown) => (key.startsWith('env') ? undefined : value)),
      ) as unknown
    expect(withoutEnvironment(job)).to.deep.equal(withoutEnvironment(manifest('migrate.yaml')))
    expect(JSON.stringify(job)).to.include('"helm.sh/hook":"pre-install,pre-upgrade"')
  })

  it('names the image and its release as the manifests do', () => {
    const { images } = z
      .object({ images: z.tuple([z.object({ newName: z.string(), newTag: z.string() })]) })
      .parse(manifest('kustomization.yaml'))
    const [{ newName, newTag }] = images
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(newTag).to.equal(version)
    const shown = JSON.stringify(render(defaultValues())).match(/"image":"[^"]+"/g)
    expect(new Set(shown)).to.deep.equal(new Set([`"image":"${newName}:${newTag}"`]))
  })

  it('takes what it offers: where pods may run, what they are called, and what is left out', () => {
    const made = render({
      ...defaultValues(),
      nodeSelector: { disk: 'fast' },
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      imagePullSecrets: [{ name: 'registry' }],
      podAnnotations: { team: 'identity' },
      scrapeAnnotations: false,
      migration: { enabled: false, resources: {} },
    })
    const pods = JSON.stringify(made.find((one) => kindOf(one) === 'Deployment'))
    expect(made.map(kindOf)).to.not.include('Job')
    expect(pods)
      .to.include('"nodeSelector":{"disk":"fast"}')
      .and.include('"imagePullSecrets":[{"name":"registry"}]')
    expect(pods)
      .to.include('"tolerations":[{"key":"dedicated","operator":"Exists"}]')
      .and.include('"team":"identity"')
    expect(pods).to.not.include('prometheus.io')
  })

  it('has a schema that takes its own values, and neither what it does not know nor a secret that could be read', () => {
    const values = defaultValues()
    expect(accepts(values), JSON.stringify(accepts.errors)).to.equal(true)
    const config = values.config as Values
    const wrong: Values[] = [
      { replicas: 3 },
      { config: { ...config, ISSUER: 'http://id.example.com' } },
      { config: { ...config, DATABASE_URL: 'postgres://gatehouse@postgres/gatehouse' } },
      { config: { ...config, MANAGEMENT_PORT: '3000' } },
      { config: { ...config, WEB_CONCURRENCY: 2 } },
      { autoscaling: { ...(values.autoscaling as Values), averageUtilization: 0 } },
      { secret: '' },
    ]
    for (const change of wrong)
      expect(accepts({ ...values, ...change }), JSON.stringify(change)).to.equal(false)
  })

  it('keeps every secret that .env.example knows out of its values', () => {
    const { properties } = JSON.parse(chartFile('values.schema.json')) as {
      properties: { config: { propertyNames: { not: { enum: string[] } } } }
    }
    const refused = properties.config.propertyNames.not.enum
    const known = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name)
    expect(known).to.include.members(refused)
    const example = readFileSync('deploy/kubernetes/secret.example.env', 'utf8')
    const secret = [...example.matchAll(/\b([A-Z_]+)=/g)].map(([, name]) => name)
    expect(refused).to.include.members(secret.filter((name) => name !== 'ROOT_ADMIN_EMAIL'))
  })

  it('uses every value it has', () => {
    const text = templates()
      .map((one) => one.text)
      .join('\n')
    const used = [...text.matchAll(/\.(Values(?:\.\w+)+)/g)].map(([, path = '']) => path)
    const unused = leaves(defaultValues(), 'Values').filter(
      (path) => !used.some((one) => path === one || path.startsWith(`${one}.`)),
    )
    expect(unused).to.deep.equal([])
  })
})
