#!/usr/bin/env node
import { runTruthCommand } from './command.js'

process.exitCode = await runTruthCommand(process.argv.slice(2), {
  defaultFiles: [],
  models: [],
  print: (line) => process.stdout.write(`${line}\n`),
})
