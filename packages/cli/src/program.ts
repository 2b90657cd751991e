import { Command } from 'commander'
import type { CheckOptions } from './commands/adapter-check.js'
import type { RecordOptions } from './commands/adapter-record.js'
import type { MarginOptions } from './commands/margin.js'
import type { MarketCommandOptions } from './commands/market.js'
import type { ReplayOptions } from './commands/replay.js'
import type { ReportOptions } from './commands/report.js'
import type { WatchOptions, WhenEnded } from './commands/watch.js'
import type { WhatIfOptions } from './commands/what-if.js'
import type { Surroundings } from './load-portfolio.js'
import { sourceList } from './market-sources.js'
import type { Output } from './output.js'
import { venueList } from './venue-ids.js'

/** What the command line needs of the process. */
export type Process = {
  readonly output: (options: { readonly plain?: boolean; readonly quiet?: boolean }) => Output
  readonly environment: Surroundings['environment']
  readonly nowMs: () => number
  readonly version: string
  /** Registers what ends a command that goes on by itself. */
  readonly whenEnded: WhenEnded
  /** Receives the exit code of the command that ran. */
  readonly done: (code: number) => void
}

const MARGIN_EXIT_CODES = `
Exit codes: 0 OK, 3 UNKNOWN (something could not be read or judged, or is not in
the comparison). 64 wrong usage, 65 unusable file, 69 something is not installed, 70 a defect.`

type Common = {
  readonly plain?: boolean
  readonly quiet?: boolean
}

const PAGE = 'write the report as one page with charts too; - prints it in place of the text'

const EXIT_CODES = `
Exit codes: 0 OK, 1 WARNING (a health below --warn), 2 CRITICAL (an account can be liquidated, or a
health is below --critical), 3 UNKNOWN (something could not be read). CRITICAL comes before UNKNOWN,
UNKNOWN before WARNING. 64 wrong usage, 65 unusable file, 69 something is not installed, 70 a defect.`

const WATCH_EXIT_CODES = `${EXIT_CODES}
A watch that is ended, by Ctrl-C or --count, ends with the last verdict. With --json each line is a
JSON document.`

/**
 * The command line. Commands are loaded when they run, so that help and version come at once.
 *
 * @example
 * await commandLine(process).parseAsync(['report', '0x…', '--rpc', '1=https://…'], { from: 'user' })
 */
export function commandLine(process: Process): Command {
  const program = new Command('plimsoll')
    .description('The margin report of a DeFi and derivatives portfolio.')
    .version(process.version)
    .option('--debug', 'print the stack and the causes of a failure')
    .showSuggestionAfterError()
    // Defaults of lists are empty; those of numbers are in their descriptions.
    .configureHelp({ optionDescription: ({ description }) => description })
  addReport(program, process)
  addWatch(program, process)
  addWhatIf(program, process)
  addMargin(program, process)
  addMarket(program, process)
  addReplay(program, process)
  addAdapter(program, process)
  return program
}

function addReport(program: Command, process: Process): void {
  const command = program
    .command('report')
    .summary('read what owners hold and print its margin report')
    .description('Reads what the owners hold, assesses it and prints the report.')
    .argument(
      '[owners...]',
      'addresses (on every chain), eip155:<chain>:<address>, or venue:<venue>:<account>',
    )
  withMarket(withThresholds(withSource(command)))
    .option(
      '--source <id>',
      `with --market live, which reads the market of what is held now: read this source only; repeatable. Known: ${sourceList()}`,
      collect,
      [],
    )
    .option('--record <file>', 'keep everything that the report came from, for "plimsoll replay"')
    .option('--html <file>', PAGE)
    .addHelpText('after', EXIT_CODES)
    .action(async (owners: readonly string[], options: ReportOptions & Common) => {
      const { report } = await import('./commands/report.js')
      const output = process.output(options)
      const around = surroundings(process, output)
      process.done(await report(owners, options, output, around, process.version))
    })
}

function addWatch(program: Command, process: Process): void {
  const command = program
    .command('watch')
    .summary('print a line whenever the margin health of what owners hold changes')
    .description(
      'Reads what the owners hold with every new block or interval and prints one line a change.',
    )
    .argument('[owners...]', 'as in report')
  withMarket(withThresholds(withVenues(withNodes(command))))
    .option('--interval <seconds>', 'between looks for something new (default 4)')
    .option('--rescore <seconds>', 'age from which the score is computed anew (default 60)')
    .option('--stale <seconds>', 'age from which what was read is UNKNOWN (default 60)')
    .option('--count <lines>', 'end after so many lines')
    .addHelpText('after', WATCH_EXIT_CODES)
    .action(async (owners: readonly string[], options: WatchOptions & Common) => {
      const { watch } = await import('./commands/watch.js')
      const output = process.output(options)
      const { whenEnded } = process
      process.done(
        await watch(owners, options, output, { ...surroundings(process, output), whenEnded }),
      )
    })
}

function addWhatIf(program: Command, process: Process): void {
  const command = program
    .command('whatif')
    .summary('move prices and print what becomes of every account')
    .description('Reads what the owners hold, moves prices and prints who falls first.')
    .argument('[owners...]', 'as in report')
    .option(
      '--shock <name=move>',
      'ETH=-20%, peg:USDC/USD=-3%, an asset id, or mark:<id>; repeatable',
      collect,
      [],
    )
  withThresholds(withSource(command))
    .addHelpText('after', EXIT_CODES)
    .action(async (owners: readonly string[], options: WhatIfOptions & Common) => {
      const { whatIfCommand } = await import('./commands/what-if.js')
      const output = process.output(options)
      process.done(await whatIfCommand(owners, options, output, surroundings(process, output)))
    })
}

function addMargin(program: Command, process: Process): void {
  const command = program
    .command('margin')
    .summary('print what the venues ask, and what margin systems would ask for all of it')
    .description('Reads what the owners hold and prints initial and maintenance margin.')
    .argument('[owners...]', 'as in report')
    .option('--compare', 'the same positions under every margin system, side by side')
    .option('--spot', 'with --compare: count coins that are held or owed as positions too')
    .option(
      '--assume',
      "with --compare: apply a system's parameters of BTC to underlyings it publishes none for",
    )
    .option('--json', 'print one JSON document')
  withSource(command)
    .addHelpText('after', MARGIN_EXIT_CODES)
    .action(async (owners: readonly string[], options: MarginOptions & Common) => {
      const { margin } = await import('./commands/margin.js')
      const output = process.output(options)
      process.done(await margin(owners, options, output, surroundings(process, output)))
    })
}

const MARKET_EXIT_CODES = `
Exit codes: 0 OK, 3 UNKNOWN (a source did not say what it was asked). 64 wrong usage, 65 unusable file,
70 a defect.`

function addMarket(program: Command, process: Process): void {
  const command = program
    .command('market')
    .summary('read the market, and print what a score would rest on')
    .description(
      'Reads sources of market data, calibrates a market state and prints each number with where it came from and how old it is.',
    )
    .option('--factors <factors>', 'spot:ETH,funding:ETH,…; repeatable', collect, [])
    .option('--from <file>', 'the factors of a saved portfolio')
    .option(
      '--csv <factor=file>',
      'daily closes from a file: spot:ETH=eth.csv; repeatable',
      collect,
      [],
    )
    .option(
      '--source <id>',
      `read this source only; repeatable. Known: ${sourceList()}`,
      collect,
      [],
    )
    .option('--save <file>', 'save the market state, for "report --market"')
    .option('--json', 'print one JSON document')
  withBlock(withNodes(command))
    .addHelpText('after', MARKET_EXIT_CODES)
    .action(async (options: MarketCommandOptions & Common) => {
      const { market } = await import('./commands/market.js')
      const output = process.output(options)
      process.done(await market(options, output, surroundings(process, output)))
    })
}

function addReplay(program: Command, process: Process): void {
  const command = program
    .command('replay')
    .summary('compute a recorded report again, offline, and print the same bytes')
    .description('Replays what "report --record" kept, and fails when the report differs.')
    .argument('<run>', 'file that "report --record" wrote')
    .option('--adapter <module>', 'module that exports an adapter; repeatable', collect, [])
  withThresholds(withStyle(command))
    .option('--html <file>', PAGE)
    .addHelpText('after', EXIT_CODES)
    .action(async (path: string, options: ReplayOptions & Common) => {
      const { replay } = await import('./commands/replay.js')
      process.done(await replay(path, options, process.output(options), process.version))
    })
}

function addAdapter(program: Command, process: Process): void {
  const adapter = program.command('adapter').description('For those who write adapters.')
  withBlock(withNodes(adapter.command('record')))
    .description('Reads owners with one adapter and writes down what it asked and was answered.')
    .argument('<adapter>', 'path of a module that exports the adapter, or a known venue')
    .option('--owner <owner>', 'an owner to read; repeatable', collect, [])
    .requiredOption('--out <file>', 'where to write the recording')
    .action(async (name: string, options: RecordOptions & Common) => {
      const { adapterRecord } = await import('./commands/adapter-record.js')
      const output = process.output(options)
      process.done(await adapterRecord(name, options, output, surroundings(process, output)))
    })
  withStyle(adapter.command('check'))
    .description('Runs the conformance suite on a recording. Exit code 1 when a rule fails.')
    .argument('<recording>', 'file that "adapter record" wrote')
    .option('--adapter <module>', 'module that exports the adapter; repeatable', collect, [])
    .option('--json', 'print one JSON document')
    .action(async (path: string, options: CheckOptions & Common) => {
      const { adapterCheck } = await import('./commands/adapter-check.js')
      const output = process.output(options)
      process.done(await adapterCheck(path, options, output, surroundings(process, output)))
    })
}

function withSource(command: Command): Command {
  return withVenues(withBlock(withNodes(command)))
    .option('--from <file>', 'take a saved portfolio or a recording instead of the network')
    .option('--save <file>', 'save the portfolio')
    .option('--now <instant>', 'judge at this instant: unix milliseconds or ISO 8601')
}

function withVenues(command: Command): Command {
  return command
    .option(
      '--venue <id>',
      `read this venue only; repeatable. Known: ${venueList()} (* only when named: it learns the address)`,
      collect,
      [],
    )
    .option(
      '--adapter <module>',
      'read with the adapter that a module exports; repeatable',
      collect,
      [],
    )
}

function withBlock(command: Command): Command {
  return command.option(
    '--block <chain=number>',
    'read a chain at this block; repeatable',
    collect,
    [],
  )
}

function withNodes(command: Command): Command {
  return withStyle(command)
    .option(
      '--rpc <chain=url>',
      'node of a chain, as 1=https://…; repeatable. Or set PLIMSOLL_RPC_<chain>',
      collect,
      [],
    )
    .option(
      '--host <venue.host=url>',
      "another address in place of a venue's own; repeatable",
      collect,
      [],
    )
    .option('--auth <name=module>', 'module that exports a signer; repeatable', collect, [])
}

function withThresholds(command: Command): Command {
  return command
    .option('--warn <health>', 'warn below this health (default 1.25)')
    .option('--critical <health>', 'critical below this health (default 1.05)')
    .option('--json', 'print one JSON document')
}

function withMarket(command: Command): Command {
  return command
    .option('--market <file>', 'market state for the score; the shipped calibration without it')
    .option('--no-market', 'no score: only what the venues themselves say')
    .option('--seed <number>', 'of the paths of the score; 1 without it')
}

function withStyle(command: Command): Command {
  return command
    .option('--plain', 'no colours, ASCII only')
    .option('--quiet', 'no progress on stderr')
}

function surroundings(process: Process, output: Output): Surroundings {
  return {
    environment: process.environment,
    nowMs: process.nowMs,
    progress: output.progress,
  }
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}
