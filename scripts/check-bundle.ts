// `pnpm check:bundle`: sizes for browsers, after esbuild (minified, es2022) and gzip -9, with limits.
import { type BundleEntry, bundleEntries, REGISTRY } from './bundle/entries.js'
import { type BundleSize, measureBundle } from './bundle/measure.js'

const root = '.'
const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1).padStart(7)

function verdictOf({ limit }: BundleEntry, { initial }: BundleSize): string {
  if (limit === null) return 'reported'
  return initial > limit * 1000 ? 'TOO LARGE' : 'ok'
}

function row(entry: BundleEntry, size: BundleSize): string {
  const { name, limit } = entry
  const bound = limit === null ? '      –' : kilobytes(limit * 1000)
  return `${kilobytes(size.initial)} ${bound} ${kilobytes(size.lazy)}  ${verdictOf(entry, size).padEnd(9)} ${name}`
}

process.stdout.write(
  `kB gzip   limit    lazy            measured (the asset registry, ${REGISTRY}, is left out)\n`,
)
let over = 0
for (const entry of bundleEntries(root)) {
  try {
    const size = await measureBundle(root, entry.code, entry.external)
    if (entry.limit !== null && size.initial > entry.limit * 1000) over += 1
    process.stdout.write(`${row(entry, size)}\n`)
  } catch (error) {
    over += 1
    const message = error instanceof Error ? error.message : String(error)
    process.stdout.write(`${entry.name} cannot be bundled: ${message}\n`)
  }
}
const registry = await measureBundle(root, "export * from '@plimsoll/adapters/assets'", [
  '@plimsoll/model',
])
process.stdout.write(
  `${row({ name: 'asset registry', code: '', external: [], limit: null }, registry)}\n`,
)
process.stdout.write(
  over === 0
    ? 'Every bundle is within its limit\n'
    : `${over} bundles over their limit or broken\n`,
)
process.exitCode = over === 0 ? 0 : 1
