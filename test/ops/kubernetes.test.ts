import { expect } from 'chai'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

const folder = join(import.meta.dirname, '../../deploy/kubernetes')

const read = async (file: string): Promise<unknown[]> =>
  parseAllDocuments(await readFile(join(folder, file), 'utf8'), { strict: true }).map((document) => {
    expect(document.errors, file).to.deep.equal([])
    return document.toJS() as unknown
  })

const Labels = z.record(z.string(), z.string())
const Reference = z.strictObject({ name: z.string() })
const Probe = z.object({ httpGet: z.strictObject({ path: z.string(), port: z.string() }) })
const Container = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  envFrom: z.array(z.union([z.object({ configMapRef: Reference }), z.object({ secretRef: Reference })])),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  securityContext: z.object({ readOnlyRootFilesystem: z.literal(true) }),
  startupProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
})
const Pods = z.object({
  metadata: z.object({ labels: Labels, annotations: Labels.default({}) }),
  spec: z.object({
    terminationGracePeriodSeconds: z.number().optional(),
    securityContext: z.object({ runAsNonRoot: z.literal(true) }),
    containers: z.tuple([Container]),
  }),
})
const Selector = z.strictObject({ matchLabels: Labels })
const Port = z.object({ name: z.string(), targetPort: z.string() })
const named = { metadata: z.object({ name: z.string() }) }
const forms = {
  ConfigMap: z.object({ ...named, data: Labels }),
  Deployment: z.object({ ...named, spec: z.object({ selector: Selector, template: Pods }) }),
  HorizontalPodAutoscaler: z.object({
    ...named,
    spec: z.object({ scaleTargetRef: z.object({ kind: z.literal('Deployment'), name: z.string() }) }),
  }),
  Job: z.object({ ...named, spec: z.object({ template: Pods }) }),
  PodDisruptionBudget: z.object({ ...named, spec: z.object({ selector: Selector }) }),
  Service: z.object({ ...named, spec: z.object({ selector: Labels, ports: z.tuple([Port]) }) }),
}

/** The manifest of a kind; there is one of each. */
async function manifest<Kind extends keyof typeof forms>(kind: Kind): Promise<z.infer<(typeof forms)[Kind]>> {
  const { resources } = z
    .object({ resources: z.array(z.string()) })
    .parse((await read('kustomization.yaml'))[0])
  const all = (await Promise.all(resources.map(read))).flat()
  const found = all.filter((one) => z.object({ kind: z.string() }).parse(one).kind === kind)
  expect(found, kind).to.have.length(1)
  return forms[kind].parse(found[0]) as z.infer<(typeof forms)[Kind]> // of this very kind
}

describe('the manifests for Kubernetes', () => {
  it('fit each other: ports, labels, names, and what the program answers to', async () => {
    const [{ metadata, spec }, config, service] = [
      await manifest('Deployment'),
      await manifest('ConfigMap'),
      await manifest('Service'),
    ]
    const [gatehouse] = spec.template.spec.containers
    const { labels, annotations } = spec.template.metadata
    const management = gatehouse.ports.find(({ name }) => name === 'management')?.containerPort

    expect(String(management)).to.equal(config.data.MANAGEMENT_PORT)
    expect(annotations['prometheus.io/port']).to.equal(config.data.MANAGEMENT_PORT)
    expect(gatehouse.livenessProbe?.httpGet).to.deep.equal({ path: '/health/live', port: 'management' })
    expect(gatehouse.readinessProbe?.httpGet).to.deep.equal({ path: '/health/ready', port: 'management' })
    expect(spec.template.spec.terminationGracePeriodSeconds, 'after 28 s it ends').to.be.at.least(30)
    const { selector } = (await manifest('PodDisruptionBudget')).spec
    for (const chosen of [spec.selector.matchLabels, selector.matchLabels, service.spec.selector])
      expect(labels).to.include(chosen)
    expect(service.spec.ports[0].targetPort, 'never the management port').to.equal('http')
    expect((await manifest('HorizontalPodAutoscaler')).spec.scaleTargetRef.name).to.equal(metadata.name)
    const job = (await manifest('Job')).spec.template
    const [migrate] = job.spec.containers
    expect(job.metadata.labels, 'the service must not send requests to it').not.to.include(
      service.spec.selector,
    )
    expect(migrate).to.deep.include({ image: gatehouse.image, envFrom: gatehouse.envFrom })
    expect(migrate.command).to.deep.equal(['node', 'bin/gatehouse.js', 'migrate'])
  })

  it('name only variables that there are, and files that parse', async () => {
    const known = await readFile(join(folder, '../../.env.example'), 'utf8')
    const secrets = await readFile(join(folder, 'secret.example.env'), 'utf8')
    const { data } = await manifest('ConfigMap')

    const variables = [...Object.keys(data), ...(secrets.match(/^(?:# )?[A-Z_]+(?==)/gm) ?? [])]
    expect(variables).to.include.members(['ISSUER', 'KEY_ENCRYPTION_KEY'])
    for (const name of variables) expect(known).to.match(new RegExp(`^${name.replace('# ', '')}=`, 'm'))
    const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml'))
    for (const file of [...files, '../prometheus/alerts.yaml']) await read(file)
  })
})
