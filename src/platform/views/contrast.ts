export type Rgb = readonly [red: number, green: number, blue: number]

/** The least contrast of text of ordinary size (WCAG 2.2, success criterion 1.4.3). */
export const textContrast = 4.5

/** @param color `#rrggbb`; anything else is a mistake of the caller, who validates colours at the edge. */
export function parseColor(color: string): Rgb {
  if (!/^#[0-9a-f]{6}$/i.test(color)) throw new TypeError('A brand colour must be written as #rrggbb')
  const channel = (at: number) => Number.parseInt(color.slice(at, at + 2), 16)
  return [channel(1), channel(3), channel(5)]
}

export function formatColor(color: Rgb): string {
  return `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`
}

/** From 1 (the same) to 21 (black on white); WCAG 2.2, definition of "contrast ratio". */
export function contrast(one: Rgb, other: Rgb): number {
  const [darker, lighter] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05)
}

/** @param share how much of `other` is in the result, 0 to 1 */
export function mix(color: Rgb, other: Rgb, share: number): Rgb {
  const channel = (index: 0 | 1 | 2) => Math.round(color[index] * (1 - share) + other[index] * share)
  return [channel(0), channel(1), channel(2)]
}

/** Moves `color` towards `goal` in small steps until it can be read on each of `grounds`; at most it becomes `goal`. */
export function readableOn(grounds: readonly Rgb[], color: Rgb, goal: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mix(color, goal, share)
    if (grounds.every((ground) => contrast(candidate, ground) >= textContrast)) return candidate
  }
  return goal
}

/** Relative luminance, 0 (black) to 1 (white); WCAG 2.2, definition of the same name. */
function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((channel) => {
    const value = channel / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
