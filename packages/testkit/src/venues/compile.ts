import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Artifact, type ArtifactSource, unknownContract } from './artifact.js'
import { ArtifactError } from './errors.js'

/** The part of solc-js that is used. */
type Solc = {
  readonly version: () => string
  readonly compile: (
    input: string,
    callbacks: {
      readonly import: (path: string) => { readonly contents: string } | { readonly error: string }
    },
  ) => string
}

type Output = {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts?: {
    readonly [file: string]: {
      readonly [contract: string]: {
        readonly abi: Artifact['abi']
        readonly evm: {
          readonly bytecode: {
            readonly object: string
            readonly linkReferences: Artifact['linkReferences']
          }
        }
      }
    }
  }
}

export type CompileOptions = {
  /** Module whose dependency the compiler is: its `import.meta.url`. */
  readonly from: string
  /** Package of the compiler, which may be an alias of another version; `solc` unless told. */
  readonly compiler?: string
  /** Solidity file of each contract, as an import path. */
  readonly contracts: { readonly [contract: string]: string }
  /** Import prefixes and the folders they stand for; the longest matching prefix counts. */
  readonly remappings: { readonly [prefix: string]: string }
  readonly evmVersion: string
  readonly optimizerRuns: number
  /** Names and versions of what is compiled: they key the cache. */
  readonly version: string
  /** Folder of the cache; never committed. */
  readonly cacheFolder: string
}

/**
 * Compiles contracts once and keeps the artifacts in `cacheFolder`. Several processes may ask at
 * the same time: one compiles, the others wait for it.
 *
 * @throws ArtifactError when solc is not installed or reports an error.
 */
export async function compiledArtifacts(options: CompileOptions): Promise<ArtifactSource> {
  const { cacheFolder, from, compiler = 'solc', ...input } = options
  const solc = loadSolc(from, compiler)
  const { remappings: _, ...content } = input
  const key = createHash('sha256')
    .update(JSON.stringify({ ...content, solc: solc.version() }))
    .digest('hex')
    .slice(0, 16)
  mkdirSync(cacheFolder, { recursive: true })
  const path = join(cacheFolder, `artifacts-${key}.json`)
  while (!existsSync(path)) {
    const release = takeLock(`${path}.lock`)
    if (release === null) {
      await sleep(100)
      continue
    }
    try {
      if (!existsSync(path)) {
        const partial = `${path}.${process.pid}`
        writeFileSync(partial, JSON.stringify(compile(solc, options)))
        renameSync(partial, path)
      }
    } finally {
      release()
    }
  }
  const artifacts = JSON.parse(readFileSync(path, 'utf8')) as { [contract: string]: Artifact }
  return (contract) => {
    const artifact = artifacts[contract]
    if (artifact === undefined) throw unknownContract(contract, Object.keys(artifacts))
    return artifact
  }
}

/** A lock older than this was left behind by a process that died. */
const LOCK_LIFETIME_MS = 300_000

function takeLock(folder: string): (() => void) | null {
  try {
    mkdirSync(folder)
    return () => rmSync(folder, { recursive: true, force: true })
  } catch {
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (age > LOCK_LIFETIME_MS) rmSync(folder, { recursive: true, force: true })
    return null
  }
}

function loadSolc(from: string, compiler: string): Solc {
  try {
    return createRequire(from)(compiler) as Solc
  } catch (cause) {
    throw new ArtifactError(
      `The package ${compiler} cannot be loaded from ${from}. Add it to the dev dependencies of the package that file belongs to.`,
      { cause },
    )
  }
}

function compile(solc: Solc, options: CompileOptions): { [contract: string]: Artifact } {
  const files = [...new Set(Object.values(options.contracts))]
  const read = importer(options.remappings)
  const sources = Object.fromEntries(files.map((file) => [file, { content: read(file) }]))
  const outputSelection: { [file: string]: { [contract: string]: readonly string[] } } = {}
  for (const [contract, file] of Object.entries(options.contracts)) {
    outputSelection[file] = { ...outputSelection[file], [contract]: ['abi', 'evm.bytecode'] }
  }
  const input = {
    language: 'Solidity',
    sources,
    settings: {
      evmVersion: options.evmVersion,
      optimizer: { enabled: true, runs: options.optimizerRuns },
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection,
    },
  }
  const output = JSON.parse(
    solc.compile(JSON.stringify(input), {
      import: (path) => {
        try {
          return { contents: read(path) }
        } catch (error) {
          return { error: String(error) }
        }
      },
    }),
  ) as Output
  const failures = (output.errors ?? []).filter(({ severity }) => severity === 'error')
  if (failures.length > 0) {
    throw new ArtifactError(
      `solc ${solc.version()} reports ${failures.length} errors in ${options.version}. Install the versions that the local venue names.`,
      {
        details: failures
          .map(({ formattedMessage }) => formattedMessage)
          .join('\n')
          .slice(0, 4000),
      },
    )
  }
  return Object.fromEntries(
    Object.entries(options.contracts).map(([contract, file]) => {
      const compiled = output.contracts?.[file]?.[contract]
      if (compiled === undefined) throw unknownContract(contract, Object.keys(options.contracts))
      const { object, linkReferences } = compiled.evm.bytecode
      return [contract, { abi: compiled.abi, bytecode: object, linkReferences }]
    }),
  )
}

function importer(remappings: CompileOptions['remappings']): (path: string) => string {
  const prefixes = Object.keys(remappings).sort((a, b) => b.length - a.length)
  return (path) => {
    const prefix = prefixes.find((candidate) => path.startsWith(candidate))
    const folder = prefix === undefined ? undefined : remappings[prefix]
    if (prefix === undefined || folder === undefined) {
      throw new ArtifactError(
        `The import "${path}" matches none of the remappings ${prefixes.join(', ')}. Add its prefix.`,
      )
    }
    return readFileSync(join(folder, path.slice(prefix.length)), 'utf8')
  }
}
