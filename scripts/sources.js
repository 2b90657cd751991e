// JavaScript, since `register.ts` needs it before TypeScript's `.js` specifiers can be resolved.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

/** @typedef {{ readonly find: RegExp, readonly replacement: string }} SourceAlias */

/** @param {string} text */
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')

/**
 * The file that an entry of `exports` points to; null for data and for what is not built.
 *
 * @param {unknown} entry
 * @returns {string | null}
 */
function builtFile(entry) {
  if (typeof entry !== 'object' || entry === null || !('default' in entry)) return null
  const target = entry.default
  return typeof target === 'string' && target.startsWith('./dist/') ? target : null
}

/**
 * For every specifier that the workspace's packages export, the source file behind it. Patterns
 * with more text come first, as Node's own order has it.
 *
 * @param {string} root
 * @returns {readonly SourceAlias[]}
 */
export function sourceAliases(root) {
  const manifests = globSync('{packages/*,adapters}/package.json', { cwd: root }).sort()
  const entries = manifests.flatMap((path) => {
    const folder = resolve(root, path, '..')
    /** @type {{ readonly name: string, readonly exports?: Readonly<Record<string, unknown>> }} */
    const { name, exports = {} } = JSON.parse(readFileSync(resolve(root, path), 'utf8'))
    return Object.entries(exports).flatMap(([key, entry]) => {
      const built = builtFile(entry)
      if (built === null) return []
      const source = built.replace('./dist/', 'src/').replace(/\.js$/, '.ts')
      const file = existsSync(resolve(folder, `${source}x`)) ? `${source}x` : source
      return [{ specifier: key.replace(/^\./, name), file: resolve(folder, file) }]
    })
  })
  return entries
    .sort((left, right) => right.specifier.length - left.specifier.length)
    .map(({ specifier, file }) => ({
      find: new RegExp(`^${specifier.split('*').map(escaped).join('(.+)')}$`),
      replacement: file.replace('*', '$1'),
    }))
}
