import { historyFromCsv } from '@plimsoll/adapters/markets/csv'
import { readMarket } from '@plimsoll/client'
import type { FactorHistory, FactorId, MarketObservations } from '@plimsoll/model'
import {
  factorId,
  InvalidIdError,
  PlimsollError,
  parsePortfolio,
  serializeMarketState,
  toCanonicalJson,
} from '@plimsoll/model'
import { calibrateMarket } from '@plimsoll/risk/calibrate'
import { counted } from '../counted.js'
import { FileError, UsageError } from '../errors.js'
import { EXIT } from '../exit-codes.js'
import { readText, writeText } from '../files.js'
import { marketFactors, noObservations } from '../live-market.js'
import type { SourceOptions, Surroundings } from '../load-portfolio.js'
import { connect, namesOf } from '../load-portfolio.js'
import { loadSources } from '../market-sources.js'
import { keyValue, parseBlocks, parseRpcs } from '../options/chains.js'
import type { Output } from '../output.js'
import { renderMarket } from '../render/market.js'

/** Version of the document that `market --json` prints. */
export const MARKET_FORMAT = 'plimsoll-market/1'

/** Options of `plimsoll market`. */
export type MarketCommandOptions = Pick<SourceOptions, 'rpc' | 'block' | 'host' | 'auth'> & {
  readonly factors: readonly string[]
  readonly from?: string
  readonly csv: readonly string[]
  readonly source: readonly string[]
  readonly save?: string
  readonly json?: boolean
}

/**
 * Reads sources and files, calibrates, and prints or saves the market state. UNKNOWN when a source did
 * not say what it was asked, else OK.
 */
export async function market(
  options: MarketCommandOptions,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  const asked = await askedFactors(options)
  const files = await Promise.all(options.csv.map(readCsv))
  if (asked.length === 0 && files.length === 0) {
    throw new UsageError(
      'No factor is given. Add --factors spot:ETH, --from a saved portfolio, or --csv spot:ETH=FILE.',
    )
  }
  const read = await observe(asked, options, surroundings)
  const observations = { ...read, histories: [...read.histories, ...files] }
  const nowMs = surroundings.nowMs()
  const { market: state, notes } = calibrateMarket(observations, { nowMs })
  if (options.save !== undefined) {
    await writeText(options.save, `${serializeMarketState(state)}\n`)
    surroundings.progress(`Saved the market state to ${options.save}.`)
  }
  const factors = [...new Set([...asked, ...files.map(({ factor }) => factor)])].sort()
  const { failures } = observations
  output.write(
    options.json === true
      ? toCanonicalJson({ format: MARKET_FORMAT, nowMs, factors, market: state, notes, failures })
      : renderMarket({ factors, market: state, notes, failures, nowMs, style: output.style }),
  )
  return failures.length === 0 ? EXIT.OK : EXIT.UNKNOWN
}

/** Those that are named, and those of a saved portfolio. */
async function askedFactors({ factors, from }: MarketCommandOptions): Promise<readonly FactorId[]> {
  const named = factors.flatMap((list) => list.split(',').map((text) => parseFactor(text.trim())))
  const held =
    from === undefined ? [] : marketFactors(parsePortfolio((await readText(from)).trim()))
  return [...new Set([...named, ...held])]
}

function parseFactor(text: string): FactorId {
  try {
    return factorId(text)
  } catch (cause) {
    if (!(cause instanceof InvalidIdError)) throw cause
    throw new UsageError(cause.shortMessage, { cause })
  }
}

async function readCsv(text: string): Promise<FactorHistory> {
  const [name, path] = keyValue('--csv', text, '--csv spot:ETH=eth.csv')
  const factor = parseFactor(name)
  const content = await readText(path)
  try {
    return historyFromCsv(content, { factor, source: `File ${path}` })
  } catch (cause) {
    if (!(cause instanceof PlimsollError)) throw cause
    throw new FileError(`${path}: ${cause.shortMessage}`, { cause })
  }
}

async function observe(
  factors: readonly FactorId[],
  options: MarketCommandOptions,
  { environment, nowMs, progress }: Surroundings,
): Promise<MarketObservations> {
  if (factors.length === 0) {
    if (options.source.length === 0) return noObservations(nowMs())
    throw new UsageError('--source reads no factor. Add --factors spot:ETH, or --from FILE.')
  }
  const chains = [...parseRpcs(options.rpc, environment).keys()]
  const sources = await loadSources(options.source, chains)
  const client = await connect(options, environment, sources)
  const blockNumbers = parseBlocks(options.block, client.source.chains)
  progress(`Reading ${counted(factors.length, 'factor')} at ${namesOf(client)}…`)
  return readMarket(client, { factors, blockNumbers })
}
