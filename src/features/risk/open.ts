import type { App } from '../../platform/app.ts'
import { followFile } from './places/followed-file.ts'
import { type GeoPlace, readGeoip } from './places/geoip.ts'
import { readNetworks } from './places/networks.ts'

/** What is known of network addresses. Without a file nothing is, and nothing is worse for it. */
export interface AddressKnowledge {
  /** Where an address is; null where that is not known. */
  placeOf(ip: string): GeoPlace | null
  /** Whether it hides where people are; null without a list. */
  isAnonymiser(ip: string): boolean | null
}

export interface WithRisk {
  risk: AddressKnowledge & { close(): void }
}

/**
 * Opens the files of GEOIP_FILE and ANONYMISER_LIST, which hold from then on as they stand, through every change.
 *
 * @throws StartupError when one is named and cannot be used.
 */
export async function openRisk({ config, log }: Pick<App, 'config' | 'log'>): Promise<WithRisk['risk']> {
  const { geoipFile, anonymiserList } = config
  const geoip =
    geoipFile === null
      ? null
      : await followFile(log, { path: geoipFile, variable: 'GEOIP_FILE', read: readGeoip })
  if (geoip) log.info({ type: geoip.current().type, builtAt: geoip.current().builtAt }, 'GeoIP file opened')
  const anonymisers =
    anonymiserList === null
      ? null
      : await followFile(log, {
          path: anonymiserList,
          variable: 'ANONYMISER_LIST',
          read: (bytes) => readNetworks(bytes.toString()),
        }).catch((error: unknown) => {
          geoip?.close()
          throw error
        })
  if (anonymisers) log.info({ networks: anonymisers.current().size }, 'list of anonymisers opened')
  return {
    placeOf: (ip) => geoip?.current().find(ip) ?? null,
    isAnonymiser: (ip) => anonymisers?.current().has(ip) ?? null,
    close() {
      geoip?.close()
      anonymisers?.close()
    },
  }
}
