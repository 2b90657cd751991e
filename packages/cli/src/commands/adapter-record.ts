import { readPortfolio, recordReads, serializeRecording } from '@plimsoll/client'
import { UsageError } from '../errors.js'
import { EXIT } from '../exit-codes.js'
import { writeText } from '../files.js'
import type { SourceOptions, Surroundings } from '../load-portfolio.js'
import { connect } from '../load-portfolio.js'
import { loadAdapter } from '../modules.js'
import { parseBlocks } from '../options/chains.js'
import { parseOwners } from '../options/owners.js'
import type { Output } from '../output.js'
import { isVenue } from '../venue-ids.js'
import { loadVenues } from '../venues.js'

/** Options of `plimsoll adapter record`. */
export type RecordOptions = Pick<SourceOptions, 'rpc' | 'block' | 'host' | 'auth'> & {
  readonly owner: readonly string[]
  readonly out: string
}

/**
 * Reads owners with one adapter, a known venue or a module, and writes down what it asked and was
 * answered: no host, key or header. The recording names the owners.
 */
export async function adapterRecord(
  adapterName: string,
  options: RecordOptions,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  const owners = parseOwners(options.owner)
  if (owners.length === 0) {
    throw new UsageError('No owner is given. Add --owner ADDRESS for each owner to read.')
  }
  const adapters = isVenue(adapterName)
    ? await loadVenues([adapterName])
    : [await loadAdapter(adapterName)]
  const client = await connect(options, surroundings.environment, adapters)
  const blockNumbers = parseBlocks(options.block, client.source.chains)
  const recorder = recordReads(client)
  const portfolio = await readPortfolio(recorder.client, { owners, blockNumbers })
  const recording = recorder.recording()
  await writeText(options.out, `${serializeRecording(recording)}\n`)
  const rounds = recording.reads.flatMap(({ tasks }) => tasks.flatMap((task) => task.rounds))
  output.write(
    `${options.out}: ${rounds.flat().length} requests in ${rounds.length} rounds, ${portfolio.accounts.length} accounts, ${portfolio.failures.length} failures.`,
  )
  for (const { error, message } of portfolio.failures) surroundings.progress(`${error}: ${message}`)
  return portfolio.failures.length === 0 ? EXIT.OK : EXIT.UNKNOWN
}
