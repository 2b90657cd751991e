// `pnpm check:packages`: packs every published package, lints the tarballs, and uses them in a
// project of their own: imported on each promised Node, compiled by each promised TypeScript.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  COMPILERS,
  installConsumer,
  NODES,
  RESOLUTIONS,
  writeConsumer,
} from './packages/consumer.js'
import { contentFaults } from './packages/content.js'
import { type Packed, pack, publishedFolders, specifiersOf } from './packages/pack.js'
import { CommandError, run } from './packages/run.js'

const root = resolve('.')
const scratch = mkdtempSync(join(tmpdir(), 'plimsoll-packages-'))
const failures: string[] = []

function step(name: string, body: () => string): void {
  const start = performance.now()
  let outcome: string
  try {
    outcome = body()
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    failures.push(name)
    outcome = `FAILED\n${error.message}`
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  process.stdout.write(`${name}: ${outcome.trim()} (${seconds} s)\n`)
}

function checkTarball(packed: Packed): void {
  const { manifest, tarball } = packed
  step(`${manifest.name} content`, () => {
    const faults = contentFaults(root, packed)
    if (faults.length > 0) throw new CommandError(faults.join('\n'))
    return `${packed.files.length} files, ${specifiersOf(packed).length} entries`
  })
  step(`${manifest.name} publint`, () => {
    run('publint', ['run', tarball, '--strict'], {})
    return 'clean'
  })
  step(`${manifest.name} types`, () => {
    // attw does not expand patterns: it is told each entry.
    const entries = specifiersOf(packed).map((name) => `.${name.slice(manifest.name.length)}`)
    const options = ['--profile', 'esm-only', '--format', 'ascii', '--no-color', '--no-emoji']
    run('attw', [tarball, ...options, '--entrypoints', ...entries], {})
    return 'clean'
  })
}

try {
  const packed = publishedFolders(root).map((folder) => pack(root, folder, scratch))
  for (const each of packed) checkTarball(each)
  const consumer = join(scratch, 'consumer')
  step('consumer install', () => {
    writeConsumer(root, consumer, packed)
    installConsumer(consumer)
    return `${packed.length} tarballs`
  })
  for (const { alias, label } of NODES) {
    const node = join(consumer, 'node_modules', alias, 'bin/node')
    step(`import on ${label}`, () => run(node, ['import.js'], { cwd: consumer }))
  }
  for (const { alias, label } of COMPILERS) {
    const compiler = join(consumer, 'node_modules', alias, 'bin/tsc')
    for (const resolution of RESOLUTIONS) {
      step(`compile under ${label}, ${resolution}`, () => {
        run(process.execPath, [compiler, '-p', `tsconfig.${resolution}.json`], { cwd: consumer })
        return 'clean'
      })
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
process.stdout.write(
  failures.length === 0
    ? 'Every package is sound\n'
    : `${failures.length} failed: ${failures.join(', ')}\n`,
)
process.exitCode = failures.length === 0 ? 0 : 1
