import { existsSync, readFileSync } from 'node:fs'
import { PlimsollError } from '@plimsoll/model'
import type { Question, Venue } from './venue.js'

/** Recordings that are not part of the repository: tests that need them are skipped without them. */
const FOLDER = new URL('../../../shared/payloads/hyperliquid/', import.meta.url)
export const isRecorded: boolean = existsSync(FOLDER)

type Exchange = {
  readonly request: { readonly body: Question }
  readonly response: { readonly body: unknown }
}

/** A recording as its file holds it. */
export type Recording = {
  readonly exchanges: readonly Exchange[]
  readonly quotedNumbers?: readonly string[]
}

export function recording(name: string): Recording {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Recording
}

/** The recorded answer to a type of question, numbers unquoted as they are on the wire. */
export function recordedAnswer(name: string, type: string): unknown {
  const { exchanges, quotedNumbers = [] } = recording(name)
  const exchange = exchanges.find(({ request }) => request.body.type === type)
  if (exchange === undefined) throw new PlimsollError(`${name} holds no ${type}.`)
  const quoted = new Set(quotedNumbers.map((path) => path.replaceAll('[]', '')))
  const unquote = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((entry) => unquote(entry, path))
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
          key,
          unquote(entry, path === '' ? key : `${path}.${key}`),
        ]),
      )
    }
    return quoted.has(path) ? Number(value) : value
  }
  return unquote(exchange.response.body, '')
}

/** A dex of made-up metas: coins with the id of their margin table. */
export function meta(
  coins: { readonly [coin: string]: number },
  collateralToken = 0,
  marginTables: readonly unknown[] = [],
): unknown {
  return {
    collateralToken,
    marginTables,
    universe: Object.entries(coins).map(([name, marginTableId]) => ({
      name,
      szDecimals: 2,
      maxLeverage: marginTableId,
      marginTableId,
    })),
  }
}

/** A venue of given answers by type; a HIP-3 dex is asked for as `clearinghouseState:flx`. */
export function venueOf(answers: { readonly [type: string]: unknown }): Venue {
  const standard: { readonly [type: string]: unknown } = {
    userAbstraction: 'default',
    spotClearinghouseState: { balances: [] },
    allMids: {},
    allBorrowLendReserveStates: [],
    spotMeta: { tokens: [], universe: [] },
    allPerpMetas: [meta({ BTC: 40 })],
    clearinghouseState: EMPTY_DEX,
    ...answers,
  }
  return ({ type, dex }) => {
    const key = dex === undefined ? type : `${type}:${dex}`
    if (key in standard) return standard[key]
    if (dex !== undefined) return EMPTY_DEX
    throw new PlimsollError(`The venue has no answer to ${key}.`)
  }
}

const NOTHING = {
  accountValue: '0.0',
  totalNtlPos: '0.0',
  totalRawUsd: '0.0',
  totalMarginUsed: '0.0',
}
export const EMPTY_DEX: unknown = {
  marginSummary: NOTHING,
  crossMarginSummary: NOTHING,
  crossMaintenanceMarginUsed: '0.0',
  withdrawable: '0.0',
  assetPositions: [],
  time: Date.UTC(2026, 9, 1),
}
