import { createHash } from 'node:crypto'

import { contrast, formatColor, mix, parseColor, readableOn, type Rgb } from './contrast.ts'

export interface Brand {
  name: string
  logoUrl: string | null
  /** `#rrggbb`, for the light scheme */
  accent: string
  /** `#rrggbb`, for the dark scheme */
  accentDark: string
}

const black: Rgb = [0, 0, 0]
const white: Rgb = [255, 255, 255]

/** The grounds that text in the accent colour stands on: `--paper`, `--surface` and `--sunken` of gatehouse.css. */
export const grounds = {
  light: ['#f4f3ef', '#fffefc', '#f7f6f2'],
  dark: ['#131315', '#1c1c1f', '#242428'],
} as const

/**
 * The custom properties of a brand, as a stylesheet of its own, because the content security policy allows no inline style.
 * Whatever the accent is, text on it and text in it can be read (4.5:1), so no brand can make a page illegible.
 */
export function brandStylesheet(brand: Brand): string {
  const light = properties(parseColor(brand.accent), grounds.light.map(parseColor), black)
  const dark = properties(parseColor(brand.accentDark), grounds.dark.map(parseColor), white)
  return `:root {\n${light}}\n@media (prefers-color-scheme: dark) {\n:root {\n${dark}}\n}\n`
}

/** The accent and what is written on it, for mail: it takes no stylesheet of another address. */
export interface LetterColors {
  accent: string
  onAccent: string
  accentDark: string
  onAccentDark: string
}

export const letterColors = ({ accent, accentDark }: Brand): LetterColors => ({
  accent,
  onAccent: formatColor(readableWith(parseColor(accent))),
  accentDark,
  onAccentDark: formatColor(readableWith(parseColor(accentDark))),
})

/** Black or white, whichever can be read on the colour. */
const readableWith = (color: Rgb): Rgb => (contrast(color, white) >= contrast(color, black) ? white : black)

/** Changes when the stylesheet does: the address of the stylesheet carries it, so it may be cached for good. */
export function brandVersion(brand: Brand): string {
  return createHash('sha256').update(brandStylesheet(brand)).digest('hex').slice(0, 12)
}

function properties(accent: Rgb, on: Rgb[], goal: Rgb): string {
  const text = readableWith(accent)
  // Hovering moves away from the colour of the text, so the contrast only grows.
  const hover = mix(accent, text === white ? black : white, 0.14)
  return [
    `--accent: ${formatColor(accent)};\n`,
    `--accent-hover: ${formatColor(hover)};\n`,
    `--on-accent: ${formatColor(text)};\n`,
    `--accent-ink: ${formatColor(readableOn(on, accent, goal))};\n`,
  ].join('')
}
