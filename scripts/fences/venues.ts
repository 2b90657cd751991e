import { globSync } from 'node:fs'
import type { Finding, Source } from './source.js'

// Folders of these families are venues or protocols; those of the others (wallet, markets, routes,
// assets) are named after a thing, like `tokens`.
const VENUE_FAMILIES = ['lending', 'perps', 'options', 'vaults']
const SHARED_ROOM = /^packages\/(model|risk|client|rebalance)\/src\//

/** Venues of the field beyond the folders that exist, by the names that people write. */
const ALIASES = [
  'aave',
  'compound',
  'derive',
  'lighter',
  'sky',
  'spark',
  'sparklend',
  'morpho',
  'comet',
  'venus',
  'euler',
  'maker',
  'makerdao',
  'fluid',
  'liquity',
  'hyperliquid',
  'hyperevm',
  'gmx',
  'dydx',
  'paradex',
  'binance',
  'bybit',
  'okx',
  'drift',
  'deribit',
  'lyra',
  'panoptic',
  'opyn',
  'aevo',
  'vertex',
  'synthetix',
  'pendle',
  'ethena',
  'lido',
  'uniswap',
]

/**
 * Names that are also words or units of the language. They count only as an identifier of the
 * venue: a whole text, or its beginning, like 'derive' or 'derive:subaccount'.
 */
const COMMON_WORDS = new Set([
  'derive',
  'compound',
  'comet',
  'sky',
  'spark',
  'venus',
  'euler',
  'lighter',
  'drift',
  'fluid',
  'maker',
  'vertex',
])

const VERSION = /-?v\d+$/

/** The names that a venue's folder stands for: `aave-v3` is also `aave`, `morpho-blue` also `morpho`. */
function namesOfFolder(folder: string): readonly string[] {
  const plain = folder.replace(VERSION, '')
  return [folder, plain, plain.split('-')[0] ?? plain]
}

/** Every venue's name that no shared room may hold, from the adapters below `root` and the aliases. */
function venueNames(root: string): readonly string[] {
  const folders = globSync(`adapters/src/{${VENUE_FAMILIES.join(',')}}/*/index.ts`, { cwd: root })
  const names = folders.flatMap((path) =>
    namesOfFolder(path.replaceAll('\\', '/').split('/')[3] ?? ''),
  )
  return [...new Set([...names, ...ALIASES])].filter((name) => name !== '').sort()
}

/** `aaveV3`, `AaveOracle`, `AAVE_POOL` and "an Aave pool" name the venue; `morphology` does not. */
function patternOf(name: string): RegExp {
  const separated = name.replaceAll('-', '[-_ ]?')
  if (COMMON_WORDS.has(name)) return new RegExp(`['"\`/]${separated}(?=['"\`:@/]|-v?\\d)`, 'i')
  const capitalised = `${separated.slice(0, 1).toUpperCase()}${separated.slice(1)}`
  return new RegExp(`((?<![a-z])${separated}|${capitalised}|${separated.toUpperCase()})(?![a-z])`)
}

/** The rooms that every venue shares name none of them, in code, text, comment or file name. */
export function checkVenueNames(root: string, sources: readonly Source[]): readonly Finding[] {
  const patterns = venueNames(root).map((name) => ({ name, pattern: patternOf(name) }))
  return sources
    .filter(({ path, isTest }) => SHARED_ROOM.test(path) && !isTest)
    .flatMap(({ path, text }) =>
      [path, ...text.split('\n')].flatMap((line, index) => {
        const found = patterns.find(({ pattern }) => pattern.test(line))
        if (found === undefined) return []
        const message = `names the venue "${found.name}". Shared rooms know kinds and rules, not venues.`
        return [{ rule: 'venue-name', path, line: Math.max(1, index), message }]
      }),
    )
}
