import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { AnvilMissingError } from './errors.js'

const ARCHITECTURES: { readonly [nodeName: string]: string } = { x64: 'amd64', arm64: 'arm64' }

/**
 * Path of the anvil executable that npm installed for this platform; the package's own launcher
 * script is bypassed, so that the process id is anvil's.
 *
 * @throws AnvilMissingError when the platform has no package or the package is not installed.
 */
export function anvilExecutable(
  platform: string = process.platform,
  architecture: string = process.arch,
): string {
  const name = `@foundry-rs/anvil-${platform}-${ARCHITECTURES[architecture] ?? architecture}`
  const file = platform === 'win32' ? 'bin/anvil.exe' : 'bin/anvil'
  try {
    const fromHere = createRequire(import.meta.url)
    const fromAnvil = createRequire(fromHere.resolve('@foundry-rs/anvil/package.json'))
    const path = fromAnvil.resolve(`${name}/${file}`)
    if (existsSync(path)) return path
  } catch (cause) {
    throw new AnvilMissingError(
      `No anvil executable for ${platform}-${architecture}: the package ${name} is not installed. Run the install again without --no-optional, or on a platform that @foundry-rs/anvil supports.`,
      { cause },
    )
  }
  throw new AnvilMissingError(
    `The package ${name} holds no ${file}. Delete node_modules and install again.`,
  )
}
