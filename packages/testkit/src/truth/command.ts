import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { PlimsollError } from '@plimsoll/model'
import { parseTruthFile } from './envelope.js'
import { formatTruthReport } from './format.js'
import type { TruthModel } from './model.js'
import { type NamedTruthFile, runTruth } from './run.js'

/** The arguments of the truth runner name no file, no module of models, or an unknown option. */
export class TruthCommandError extends PlimsollError {
  override readonly name = 'TruthCommandError'
}

/** What surrounds {@link runTruthCommand}: its defaults and where it prints. */
export type TruthCommandContext = {
  /** Files to run when the arguments name none. */
  readonly defaultFiles: readonly string[]
  /** Models to use beside those of `--models`. */
  readonly models: readonly TruthModel[]
  readonly print: (line: string) => void
}

/** Exit codes of the truth runner: agreement, disagreement or uncovered case, unusable input. */
export const TRUTH_EXIT: { readonly agree: 0; readonly disagree: 1; readonly unusable: 64 } = {
  agree: 0,
  disagree: 1,
  unusable: 64,
}

const USAGE = 'Usage: [file…] [--models module] [--allow-uncovered] [--quiet]'

function isTruthModel(value: unknown): value is TruthModel {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    typeof value.name === 'string' &&
    'covers' in value &&
    typeof value.covers === 'function' &&
    'run' in value &&
    typeof value.run === 'function'
  )
}

async function importModels(path: string): Promise<readonly TruthModel[]> {
  const { models }: { readonly models?: unknown } = await import(pathToFileURL(resolve(path)).href)
  if (!Array.isArray(models) || models.length === 0 || !models.every(isTruthModel)) {
    throw new TruthCommandError(
      `${path} does not export \`models\`. Export an array of { name, covers, run } under that name.`,
    )
  }
  return models
}

async function readTruthFile(name: string): Promise<NamedTruthFile> {
  let text: string
  try {
    text = await readFile(name, 'utf8')
  } catch (cause) {
    throw new TruthCommandError(`${name} cannot be read. Name an existing truth file.`, { cause })
  }
  return { name, file: parseTruthFile(text, name) }
}

type TruthArguments = {
  readonly files: readonly string[]
  readonly modules: readonly string[]
  readonly allowUncovered: boolean
  readonly quiet: boolean
}

function parseArguments(argv: readonly string[]): TruthArguments {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        models: { type: 'string', multiple: true, default: [] },
        'allow-uncovered': { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
      },
    })
    return {
      files: positionals,
      modules: values.models,
      allowUncovered: values['allow-uncovered'],
      quiet: values.quiet,
    }
  } catch (cause) {
    throw new TruthCommandError(USAGE, { cause })
  }
}

async function execute(argv: readonly string[], context: TruthCommandContext): Promise<number> {
  const { files, modules, allowUncovered, quiet } = parseArguments(argv)
  const names = files.length > 0 ? files : context.defaultFiles
  if (names.length === 0) throw new TruthCommandError(`No truth file is named. ${USAGE}`)
  const named = await Promise.all(names.map(readTruthFile))
  const imported = await Promise.all(modules.map(importModels))
  const report = await runTruth(named, [...context.models, ...imported.flat()], { allowUncovered })
  for (const line of formatTruthReport(report, { quiet })) context.print(line)
  return report.ok ? TRUTH_EXIT.agree : TRUTH_EXIT.disagree
}

/**
 * The truth runner as a command: `[file…] [--models module] [--allow-uncovered] [--quiet]`.
 * Prints every compared leaf and returns the exit code: 0 when all agree, 1 on a miss or on a case
 * that no model covers, 64 when the arguments, a file or a module of models cannot be used.
 */
export async function runTruthCommand(
  argv: readonly string[],
  context: TruthCommandContext,
): Promise<number> {
  try {
    return await execute(argv, context)
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    context.print(error.message)
    return TRUTH_EXIT.unusable
  }
}
