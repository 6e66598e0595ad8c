import ipaddr from 'ipaddr.js'
import { Reader, type Response } from 'mmdb-lib'
import { z } from 'zod'

export interface Point {
  latitude: number
  longitude: number
  /** Kilometres that it may be wrong by. */
  radius: number
}

/** Where a network address is, as far as the file knows. */
export interface GeoPlace {
  /** ISO 3166-1, two letters */
  country: string | null
  point: Point | null
}

export interface Geoip {
  /** What the file calls itself. */
  type: string
  builtAt: Date
  /** Null for an address it says nothing about, such as a private one. */
  find(ip: string): GeoPlace | null
}

/** Kilometres, where the file does not say: a large city and what belongs to it. */
const usualRadius = 50

/** What is read of a record, as in GeoIP2 Country and City; other members are not looked at. */
const Entry = z.object({
  country: z.object({ iso_code: z.string().max(3).optional() }).optional(),
  location: z
    .object({
      latitude: z.number().min(-90).max(90).optional(),
      longitude: z.number().min(-180).max(180).optional(),
      accuracy_radius: z.number().min(0).optional(),
    })
    .optional(),
})

/** @throws Error when the bytes are no MaxMind DB. */
export function readGeoip(bytes: Buffer): Geoip {
  const reader = new Reader<Response>(bytes)
  const { databaseType, buildEpoch } = reader.metadata
  return {
    type: databaseType,
    builtAt: buildEpoch,
    find(ip) {
      if (!ipaddr.isValid(ip)) return null
      const { success, data } = Entry.safeParse(reader.get(ipaddr.process(ip).toString()))
      return success ? placeOf(data) : null
    },
  }
}

function placeOf({ country, location }: z.infer<typeof Entry>): GeoPlace {
  const { latitude, longitude, accuracy_radius: radius = usualRadius } = location ?? {}
  const point = latitude === undefined || longitude === undefined ? null : { latitude, longitude, radius }
  return { country: country?.iso_code ?? null, point }
}
