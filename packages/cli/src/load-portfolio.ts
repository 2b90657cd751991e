import type { Adapter, AnyAdapter, Client, MarketAdapter, Recording } from '@plimsoll/client'
import {
  createClient,
  createReplayClient,
  loadModules,
  parseRecording,
  RECORDING_FORMAT,
  readMarket,
  readPortfolio,
  recordReads,
} from '@plimsoll/client'
import type { MarketObservations, OwnerId, Portfolio, VenueModule } from '@plimsoll/model'
import {
  asOfMs,
  fromCanonicalJson,
  PORTFOLIO_FORMAT,
  parsePortfolio,
  serializePortfolio,
} from '@plimsoll/model'
import { http } from 'viem'
import { counted } from './counted.js'
import { FileError, UsageError } from './errors.js'
import { readText, writeText } from './files.js'
import { marketFactors, noObservations } from './live-market.js'
import { loadSources } from './market-sources.js'
import { loadAdapter, loadSigners } from './modules.js'
import { parseBlocks, parseRpcs } from './options/chains.js'
import { parseHosts } from './options/hosts.js'
import { parseOwners } from './options/owners.js'
import { parseNow } from './options/thresholds.js'
import { isVenue } from './venue-ids.js'
import { loadVenues } from './venues.js'

/** Options that say where the network is read. */
export type NetworkOptions = {
  readonly rpc: readonly string[]
  readonly venue: readonly string[]
  /** Modules that export adapters of the caller's own. */
  readonly adapter: readonly string[]
  readonly host: readonly string[]
  readonly auth: readonly string[]
}

/** Options that say where a portfolio comes from. */
export type SourceOptions = NetworkOptions & {
  readonly block: readonly string[]
  readonly from?: string
  readonly save?: string
  readonly now?: string
}

/** What the process gives: environment, clock, and where progress goes. */
export type Surroundings = {
  readonly environment: { readonly [name: string]: string | undefined }
  readonly nowMs: () => number
  readonly progress: (text: string) => void
}

/** A portfolio, the modules that judge it, and the instant to judge it at. */
export type Loaded = {
  readonly portfolio: Portfolio
  readonly modules: readonly VenueModule[]
  readonly nowMs: number
  /** What was asked and answered, where it came from the network or a recording. */
  readonly recording: Recording | null
  /** What sources say of its factors; null where nobody asked for it. */
  readonly observations: MarketObservations | null
}

/**
 * The portfolio of the owners, from the network, or what a file holds. A file is judged at the
 * instant at which it was read, unless `--now` says otherwise.
 *
 * @param sources ids of sources of market data to read beside it, empty for all; null for none
 *
 * @throws UsageError, FileError, and what reading throws
 */
export async function loadPortfolio(
  owners: readonly string[],
  options: SourceOptions,
  surroundings: Surroundings,
  sources: readonly string[] | null = null,
): Promise<Loaded> {
  if (sources !== null && (options.from !== undefined || options.now !== undefined)) {
    throw new UsageError(
      `--market live is the market of now: drop --${options.from === undefined ? 'now' : 'from'}, or make a market state with "plimsoll market --save FILE" and pass it with --market FILE.`,
    )
  }
  const now = options.now === undefined ? null : parseNow(options.now)
  const loaded =
    options.from === undefined
      ? await fromNetwork(owners, options, surroundings, sources)
      : await fromFile(owners, options.from, options)
  if (options.save !== undefined) {
    await writeText(options.save, `${serializePortfolio(loaded.portfolio)}\n`)
    surroundings.progress(`Saved the portfolio to ${options.save}.`)
  }
  return now === null ? loaded : { ...loaded, nowMs: now }
}

async function fromNetwork(
  owners: readonly string[],
  options: SourceOptions,
  surroundings: Surroundings,
  sources: readonly string[] | null,
): Promise<Loaded> {
  const { environment } = surroundings
  const markets =
    sources === null
      ? []
      : await loadSources(sources, [...parseRpcs(options.rpc, environment).keys()])
  const { ids, client, whom } = await openNetwork(owners, options, environment, markets)
  const blockNumbers = parseBlocks(options.block, client.source.chains)
  surroundings.progress(`Reading ${whom}…`)
  const recorder = recordReads(client)
  const portfolio = await readPortfolio(recorder.client, { owners: ids, blockNumbers })
  surroundings.progress(
    `Read ${counted(portfolio.accounts.length, 'account')}; ${counted(portfolio.failures.length, 'failure')}.`,
  )
  const observations =
    sources === null ? null : await observe(recorder.client, portfolio, blockNumbers, surroundings)
  return {
    portfolio,
    modules: client.modules,
    nowMs: surroundings.nowMs(),
    recording: recorder.recording(),
    observations,
  }
}

/** What the client's sources say of a portfolio's factors; nothing of a portfolio without any. */
async function observe(
  client: Client,
  portfolio: Portfolio,
  blockNumbers: { readonly [chain: number]: bigint },
  { nowMs, progress }: Surroundings,
): Promise<MarketObservations> {
  const factors = marketFactors(portfolio)
  if (factors.length === 0 || client.markets.length === 0) return noObservations(nowMs())
  progress(`Reading the market of ${counted(factors.length, 'factor')} at ${namesOf(client)}…`)
  return readMarket(client, { factors, blockNumbers })
}

/** A client's sources for people. */
export function namesOf({ markets }: Client): string {
  return markets.map(({ name }) => name).join(', ')
}

/**
 * A client of the chosen adapters and nodes, and the owners to read with it.
 *
 * @throws UsageError, FileError
 */
export async function openNetwork(
  owners: readonly string[],
  options: NetworkOptions,
  environment: Surroundings['environment'],
  markets: readonly MarketAdapter[] = [],
): Promise<{
  readonly ids: readonly OwnerId[]
  readonly client: Client
  /** Who is read where, in words. */
  readonly whom: string
}> {
  const ids = parseOwners(owners)
  if (ids.length === 0) {
    throw new UsageError('No owner is given. Name at least one address, or a file with --from.')
  }
  const adapters = [...(await chosenAdapters(options)), ...markets]
  const client = await connect(options, environment, adapters)
  const where = [
    ...client.source.chains.map((chain) => `chain ${chain}`),
    ...client.adapters.filter((adapter) => adapter.chains.length === 0).map(({ name }) => name),
  ]
  const whom = counted(ids.length, 'owner')
  return { ids, client, whom: `${whom} on ${where.join(', ')}` }
}

/** Venues that are named, else the default ones; and adapters of the caller's own. */
async function chosenAdapters(options: NetworkOptions): Promise<readonly Adapter[]> {
  const own = await ownAdapters(options)
  const byName = own.length > 0 && options.venue.length === 0 ? [] : await loadVenues(options.venue)
  return [...byName, ...own]
}

async function ownAdapters({
  adapter,
}: Pick<SourceOptions, 'adapter'>): Promise<readonly Adapter[]> {
  return Promise.all(adapter.map(loadAdapter))
}

/** A client of adapters and nodes. @throws UsageError, FileError */
export async function connect(
  options: Pick<NetworkOptions, 'rpc' | 'host' | 'auth'>,
  environment: Surroundings['environment'],
  adapters: readonly AnyAdapter[],
): Promise<Client> {
  const rpcs = parseRpcs(options.rpc, environment)
  const hosts = parseHosts(options.host)
  if (rpcs.size === 0 && adapters.every((adapter) => adapter.chains.length > 0)) {
    throw new UsageError(
      'No node is given. Add --rpc 1=URL for each chain to read, or name a venue that needs none with --venue.',
    )
  }
  return createClient({
    chains: [...rpcs].map(([id, url]) => ({ id, transport: http(url, { retryCount: 1 }) })),
    adapters,
    auth: await loadSigners(options.auth),
    hosts,
  })
}

async function fromFile(
  owners: readonly string[],
  path: string,
  options: SourceOptions,
): Promise<Loaded> {
  const misplaced = (['rpc', 'block', 'host', 'auth'] as const).find(
    (name) => options[name].length > 0,
  )
  if (owners.length > 0 || misplaced !== undefined) {
    throw new UsageError(
      `--from takes everything from the file: ${misplaced === undefined ? 'name no owners' : `drop --${misplaced}`}.`,
    )
  }
  const text = (await readText(path)).trim()
  const format = formatOf(path, text)
  if (format === PORTFOLIO_FORMAT) {
    const portfolio = parsePortfolio(text)
    checkComplete(path, portfolio)
    const ids = [...new Set(portfolio.accounts.map(({ venue }) => venue))].filter(isVenue)
    const adapters = [
      ...(await loadVenues([...options.venue, ...ids])),
      ...(await ownAdapters(options)),
    ]
    const modules = [...new Set(adapters.flatMap((adapter) => adapter.modules))]
    await loadModules(modules, portfolio)
    return {
      portfolio,
      modules,
      nowMs: readAtMs(portfolio),
      recording: null,
      observations: null,
    }
  }
  if (format === RECORDING_FORMAT) {
    return replayRead(path, parseRecording(text), await ownAdapters(options))
  }
  throw new FileError(
    `${path} has the format "${String(format).slice(0, 60)}". Pass a portfolio (${PORTFOLIO_FORMAT}) or a recording (${RECORDING_FORMAT}).`,
  )
}

/**
 * A portfolio that says nothing of an owner was not read, or was cut: it must not pass for one
 * without debts.
 *
 * @throws FileError
 */
function checkComplete(path: string, { owners, existence }: Portfolio): void {
  const unsaid = owners.find((owner) => !existence.some((entry) => entry.owner === owner))
  if (owners.length > 0 && unsaid === undefined) return
  throw new FileError(
    `${path} ${unsaid === undefined ? 'names no owner' : `says nothing of owner ${unsaid}`}: it is not a whole reading. Read and save it again.`,
  )
}

/** Replays the first read of a recording with the adapters that made it. @throws FileError, ReplayError */
export async function replayRead(
  path: string,
  recording: Recording,
  own: readonly Adapter[],
): Promise<Loaded> {
  const [read] = recording.reads
  if (read === undefined) {
    throw new FileError(`${path} is a recording without a read. Record it again.`)
  }
  const adapters = await recordedAdapters(
    path,
    read.tasks.map(({ adapter }) => adapter),
    own,
  )
  const client = createReplayClient({ ...recording, reads: [read] }, { adapters })
  const portfolio = await readPortfolio(client, {
    owners: read.owners,
    blockNumbers: read.blockNumbers,
  })
  return {
    portfolio,
    modules: client.modules,
    nowMs: read.nowMs,
    recording,
    observations: null,
  }
}

/** The adapters of a recording, by id. @throws FileError when one is not at hand */
export async function recordedAdapters(
  path: string,
  ids: readonly string[],
  own: readonly Adapter[],
): Promise<readonly Adapter[]> {
  const mine = own.filter(({ id }) => ids.includes(id))
  const names = [...new Set(ids)].filter((id) => !mine.some((adapter) => adapter.id === id))
  const foreign = names.find((id) => !isVenue(id))
  if (foreign !== undefined) {
    throw new FileError(
      `${path} was recorded with the adapter "${foreign}", which this program does not have. Add its module with --adapter PATH.`,
    )
  }
  return [...(names.length === 0 ? [] : await loadVenues(names)), ...mine]
}

function formatOf(path: string, text: string): unknown {
  const value = fromCanonicalJson(text)
  if (typeof value === 'object' && value !== null && 'format' in value) return value.format
  throw new FileError(`${path} names no format. Pass a file that --save or "adapter record" wrote.`)
}

/** The latest instant of a portfolio, unix milliseconds; 0 when it holds none. */
function readAtMs({ asOf }: Portfolio): number {
  return Math.max(0, ...asOf.map(asOfMs))
}
