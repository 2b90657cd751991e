import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Abi, Hex } from 'viem'
import { ArtifactError } from './errors.js'

/** Where the address of a library goes: byte offsets into the bytecode, by file and library. */
export type LinkReferences = {
  readonly [file: string]: {
    readonly [library: string]: readonly { readonly start: number; readonly length: number }[]
  }
}

/** A compiled contract, ready to be linked and deployed. */
export type Artifact = {
  readonly abi: Abi
  /** Creation code; 40 placeholder characters stand where a library's address goes. */
  readonly bytecode: string
  readonly linkReferences: LinkReferences
}

/** Finds a compiled contract by its name. @throws ArtifactError when it is missing */
export type ArtifactSource = (contract: string) => Artifact

/**
 * Folder of an installed package, as `from` (a module's `import.meta.url`) would resolve it. Local
 * venues take contract code from the caller's dependencies: this package ships none.
 *
 * @throws ArtifactError when the package is not a dependency of the module at `from`.
 */
export function packageFolder(name: string, from: string): string {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`))
  } catch (cause) {
    throw new ArtifactError(
      `The package ${name} cannot be resolved from ${from}. Add it to the dev dependencies of the package that file belongs to.`,
      { cause },
    )
  }
}

/**
 * Reads artifacts that a package ships, in Hardhat's layout `<folder>/<file>.sol/<contract>.json`.
 *
 * @param files the Solidity file of each contract, relative to `folder`, without `.sol`
 */
export function shippedArtifacts(
  folder: string,
  files: { readonly [contract: string]: string },
): ArtifactSource {
  return (contract) => {
    const file = files[contract]
    if (file === undefined) throw unknownContract(contract, Object.keys(files))
    const path = join(folder, `${file}.sol`, `${contract}.json`)
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as Artifact
    } catch (cause) {
      throw new ArtifactError(
        `Cannot read the artifact ${path}. Install the version of the package that the local venue names.`,
        { cause },
      )
    }
  }
}

/** The creation code of an artifact with the addresses of its libraries put in. */
export function link(artifact: Artifact, libraries: { readonly [name: string]: string }): Hex {
  let code = artifact.bytecode.replace(/^0x/, '')
  for (const references of Object.values(artifact.linkReferences)) {
    for (const [library, places] of Object.entries(references)) {
      const address = libraries[library]
      if (address === undefined) {
        throw new ArtifactError(
          `The contract links ${library}, whose address is not given. Deploy the library first and pass it.`,
        )
      }
      for (const { start, length } of places) {
        const [before, after] = [code.slice(0, start * 2), code.slice((start + length) * 2)]
        code = `${before}${address.slice(2).toLowerCase()}${after}`
      }
    }
  }
  return `0x${code}`
}

export function unknownContract(contract: string, known: readonly string[]): ArtifactError {
  return new ArtifactError(
    `No artifact of a contract named "${contract}". Known: ${known.join(', ')}.`,
  )
}
