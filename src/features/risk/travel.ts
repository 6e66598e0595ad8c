import type { Point } from './places/geoip.ts'

/** Kilometres an hour: what an airliner flies. */
const fastest = 900

/** Kilometres: below, where an address is said to be says nothing about who moved. */
const nearby = 100

const earthRadius = 6371

const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** Kilometres between two points, as the crow flies (haversine formula). */
export function distanceOf(from: Point, to: Point): number {
  const [lat1, lat2] = [radians(from.latitude), radians(to.latitude)]
  const north = Math.sin((lat2 - lat1) / 2) ** 2
  const east = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2
  return 2 * earthRadius * Math.asin(Math.sqrt(Math.min(1, north + Math.cos(lat1) * Math.cos(lat2) * east)))
}

/**
 * Whether nobody gets from one point to the other in so many seconds. What the database may be wrong by at either end is
 * taken off the way.
 */
export function isImpossible(from: Point, to: Point, seconds: number): boolean {
  const least = distanceOf(from, to) - from.radius - to.radius
  if (least <= nearby) return false
  return least / (Math.max(seconds, 0) / 3600) > fastest
}
