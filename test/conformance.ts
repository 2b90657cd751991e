// `pnpm conformance [file…] [--models module] [--allow-uncovered] [--quiet]`
import { globSync } from 'node:fs'
import { runTruthCommand } from '@plimsoll/testkit'
import { models } from './truth-models/index.js'

process.exitCode = await runTruthCommand(process.argv.slice(2), {
  defaultFiles: globSync('test/truth/*.json').sort(),
  models,
  print: (line) => process.stdout.write(`${line}\n`),
})
