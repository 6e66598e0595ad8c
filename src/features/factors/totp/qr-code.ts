import { encode } from 'uqr'

export interface QrCode {
  /** Modules of a side, with the white border of four that readers need (ISO/IEC 18004). */
  size: number
  /** The dark modules, as the `d` of an SVG path. */
  path: string
}

/** Drawn here, since what it says is a secret: no other service, and no script, has to see it. */
export function qrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: 'M', border: 4 })
  const path = data
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return { size, path }
}

/** As a picture by itself: dark on white, whatever the page is. */
export const svgOf = ({ size, path }: QrCode): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
  `<path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${path}"/></svg>`
