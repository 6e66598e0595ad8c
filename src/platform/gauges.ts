import { Gauge as Shown, Registry } from 'prom-client'

/** Something that is looked up when Prometheus asks. */
export interface Gauge {
  /** By the naming of Prometheus, with the unit at its end. */
  name: string
  help: string
  /** From lists of ours. */
  labels: readonly string[]
  /** At most one small, bounded query. */
  read(): Promise<Sample[]> | Sample[]
}

export interface Sample {
  labels?: Record<string, string>
  value: number
}

export interface Gauges {
  /** The exposition format; what cannot be read now, or not in time, is left out, and the rest is told. */
  render(): Promise<string>
}

/** Milliseconds a reading may take. */
const deadlineMs = 1_500

export function openGauges(gauges: readonly Gauge[]): Gauges {
  const registry = new Registry()
  for (const gauge of gauges) show(gauge, registry)
  return { render: () => registry.metrics() }
}

function show(gauge: Gauge, registry: Registry): void {
  const { name, help, labels } = gauge
  new Shown({
    ...{ name, help, labelNames: [...labels], registers: [registry] },
    async collect() {
      const samples = await readInTime(gauge)
      this.reset()
      if (labels.length === 0) this.remove() // a reset leaves a zero there that nobody has read
      for (const { labels: of = {}, value } of samples) this.set(of, value)
    },
  })
}

async function readInTime(gauge: Gauge): Promise<Sample[]> {
  const { promise: late, resolve } = Promise.withResolvers<Sample[]>()
  const timer = setTimeout(resolve, deadlineMs, [])
  const read = async () => gauge.read()
  return Promise.race([read().catch(() => []), late]).finally(() => {
    clearTimeout(timer)
  })
}
