/** A chart as numbers for views/partials/console-chart.liquid; the browser gets SVG and runs nothing. */
export interface Series {
  labelKey: string
  tone: '' | 'good' | 'bad'
  values: readonly number[]
}

const size = { width: 420, height: 180, left: 40, top: 10, bottom: 26 }

/** A round number that is not below the greatest one: 1, 2 or 5 with zeros. */
export function roundedUp(greatest: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(greatest, 1)))
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= greatest) ?? 10)
}

/** Bars by day, each series beside the others; `days` as they are told. */
export function barsByDay(captionKey: string, days: readonly string[], series: readonly Series[]) {
  const { width, height, left, top, bottom } = size
  const most = roundedUp(Math.max(0, ...series.flatMap(({ values }) => values)))
  const room = height - top - bottom
  const slot = (width - left) / Math.max(days.length, 1)
  const barWidth = Math.max(1, (slot * 0.72) / series.length)
  const yOf = (value: number): number => round(top + room * (1 - value / most))
  return {
    ...{ width, height, left, captionKey },
    empty: series.every(({ values }) => values.every((value) => value === 0)),
    marks: [0, most / 2, most]
      .filter((value) => Number.isInteger(value))
      .map((value) => ({ y: yOf(value), label: String(value) })),
    ticks: ticksOf(days).map((index) => ({
      x: round(left + slot * (index + 0.5)),
      label: days[index] ?? '',
    })),
    series: series.map(({ labelKey, tone, values }, at) => ({
      ...{ labelKey, tone, path: null },
      bars: values.map((value, index) => ({
        x: round(left + slot * index + slot * 0.14 + barWidth * at),
        y: yOf(value),
        width: round(barWidth),
        height: round(top + room - yOf(value)),
        label: days[index] ?? '',
        value,
      })),
    })),
    rows: days.map((label, index) => ({ label, values: series.map(({ values }) => values[index] ?? 0) })),
  }
}

/** About four days are named below the axis. */
function ticksOf(days: readonly string[]): number[] {
  const step = Math.max(1, Math.ceil(days.length / 4))
  return days.map((_, index) => index).filter((index) => index % step === Math.floor(step / 2))
}

const round = (value: number): number => Math.round(value * 10) / 10
