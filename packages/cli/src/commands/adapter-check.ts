import { resolveAsset } from '@plimsoll/adapters/assets'
import type { Adapter, Recording } from '@plimsoll/client'
import { parseRecording } from '@plimsoll/client'
import type { Asset } from '@plimsoll/model'
import { toCanonicalJson } from '@plimsoll/model'
import { FileError, NotInstalledError } from '../errors.js'
import { EXIT } from '../exit-codes.js'
import { readText } from '../files.js'
import type { Surroundings } from '../load-portfolio.js'
import { recordedAdapters } from '../load-portfolio.js'
import { loadAdapter } from '../modules.js'
import type { Output } from '../output.js'

/** Version of the document that `adapter check --json` prints. */
export const CHECK_FORMAT = 'plimsoll-adapter-check/1'

/** Options of `plimsoll adapter check`. */
export type CheckOptions = { readonly adapter: readonly string[]; readonly json?: boolean }

/** Runs the conformance suite on a recording of one adapter; the exit code is 1 when a rule fails. */
export async function adapterCheck(
  path: string,
  options: CheckOptions,
  output: Output,
  surroundings: Surroundings,
): Promise<number> {
  const { checkAdapter, formatConformance } = await suite()
  const recording = parseRecording((await readText(path)).trim())
  const own = await Promise.all(options.adapter.map(loadAdapter))
  const adapter = await theAdapter(path, recording, own)
  surroundings.progress(`Checking ${adapter.id} against ${path}…`)
  const results = await checkAdapter({ adapter, recording, registry })
  output.write(
    options.json === true
      ? toCanonicalJson({ format: CHECK_FORMAT, adapter: adapter.id, results })
      : formatConformance(results),
  )
  return results.every(({ passed }) => passed) ? EXIT.OK : EXIT.FAILED
}

/** The registry knows coins and tokens; what a venue keeps in its own books is the venue's to name. */
function registry(asset: Asset): Asset {
  return asset.id.startsWith('eip155:') ? resolveAsset(asset) : asset
}

async function suite(): Promise<typeof import('@plimsoll/testkit/conformance')> {
  try {
    return await import('@plimsoll/testkit/conformance')
  } catch (cause) {
    throw new NotInstalledError(
      'The conformance suite is not installed. Install @plimsoll/testkit beside plimsoll, then check again.',
      { cause },
    )
  }
}

async function theAdapter(
  path: string,
  { reads }: Recording,
  own: readonly Adapter[],
): Promise<Adapter> {
  const ids = [...new Set(reads.flatMap(({ tasks }) => tasks.map(({ adapter }) => adapter)))]
  const [adapter, ...others] = await recordedAdapters(path, ids, own)
  if (adapter === undefined || others.length > 0) {
    throw new FileError(
      `${path} holds ${ids.length === 0 ? 'no adapter' : `the adapters ${ids.join(', ')}`}. The suite checks one at a time: record it with "plimsoll adapter record".`,
    )
  }
  return adapter
}
