import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Packed } from './pack.js'

const UNWANTED =
  /(^|\/)(__fixtures__|fixtures|testing|node_modules)\/|\.(test|test-d|bench)\.|\.tsbuildinfo$|(^|\/)\.env/
const REQUIRED = ['LICENSE', 'README.md', 'package.json']

/** What is wrong with the files of a tarball: tests inside, a page missing, output without source. */
export function contentFaults(
  root: string,
  { manifest, files, folder }: Packed,
): readonly string[] {
  const unwanted = files
    .filter((file) => UNWANTED.test(file))
    .map((file) => `${file} is published.`)
  const missing = REQUIRED.filter((file) => !files.includes(file)).map(
    (file) => `${file} is missing.`,
  )
  const stale = files
    .filter((file) => /^dist\/.*\.js$/.test(file))
    .filter((file) => {
      const source = file.replace(/^dist/, 'src').replace(/\.js$/, '')
      return !['.ts', '.tsx'].some((extension) =>
        existsSync(join(root, folder, source + extension)),
      )
    })
    .map((file) => `${file} has no source: remove the package's dist and build again.`)
  const empty = files.some((file) => /^dist\/.*\.js$/.test(file)) ? [] : ['nothing is built.']
  return [...unwanted, ...missing, ...stale, ...empty].map((fault) => `${manifest.name}: ${fault}`)
}
