import { type ChildProcess, spawn } from 'node:child_process'
import { type Chain, type Client, createClient, defineChain, type HttpTransport, http } from 'viem'
import { endWithParent } from './children.js'
import { AnvilMissingError, AnvilStartError } from './errors.js'
import { anvilExecutable } from './executable.js'

export type AnvilOptions = {
  /** Chain id; 31337 unless told. */
  readonly chainId?: number
  /** Unix seconds of the first block; now unless told. */
  readonly timestamp?: number
  /** How many past states can still be read; 64 unless told. */
  readonly keptStates?: number
  /** Lift the limit on contract size (EIP-170); true unless told. */
  readonly anyCodeSize?: boolean
  /** Milliseconds to wait for the node; 20 000 unless told. */
  readonly startTimeoutMs?: number
  /** Another executable than the installed one. */
  readonly executable?: string
}

export type Anvil = {
  readonly rpcUrl: string
  readonly port: number
  readonly pid: number
  readonly chain: Chain
  /** Polls every 50 ms and caches no block number. */
  readonly client: Client<HttpTransport, Chain>
  /** Ends the node and waits until it is gone. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a local anvil node on a free port. It keeps no state on disk and ends with this process,
 * also on Ctrl-C.
 *
 * @example
 * const anvil = await startAnvil()
 * try {
 *   console.log(await getBlockNumber(anvil.client))
 * } finally {
 *   await anvil.stop()
 * }
 *
 * @throws AnvilMissingError when no executable is installed
 * @throws AnvilStartError when the node ends or stays silent before it is ready
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const executable = options.executable ?? anvilExecutable()
  const child = spawn(executable, argumentsOf(options), { stdio: ['ignore', 'pipe', 'pipe'] })
  endWithParent(child)
  const port = await listeningPort(child, executable, options.startTimeoutMs ?? 20_000)
  const rpcUrl = `http://127.0.0.1:${port}`
  const chain = defineChain({
    id: options.chainId ?? 31_337,
    name: 'Anvil',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [rpcUrl] } },
  })
  return {
    rpcUrl,
    port,
    pid: child.pid ?? 0,
    chain,
    client: createClient({
      chain,
      transport: http(rpcUrl, { retryCount: 0, timeout: 60_000 }),
      pollingInterval: 50,
      cacheTime: 0,
    }),
    stop: () => stop(child),
  }
}

function argumentsOf(options: AnvilOptions): readonly string[] {
  const flags = ['--host', '127.0.0.1', '--port', '0', '--color', 'never']
  // Without pruning every mined block leaves a state file in the home folder.
  flags.push('--prune-history', String(options.keptStates ?? 64))
  if (options.anyCodeSize ?? true) flags.push('--disable-code-size-limit')
  if (options.chainId !== undefined) flags.push('--chain-id', String(options.chainId))
  if (options.timestamp !== undefined) flags.push('--timestamp', String(options.timestamp))
  return flags
}

function listeningPort(
  child: ChildProcess,
  executable: string,
  timeoutMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (error: AnvilMissingError | AnvilStartError): void => {
      clearTimeout(timer)
      child.kill('SIGKILL')
      reject(error)
    }
    const timer = setTimeout(() => {
      fail(
        new AnvilStartError(
          `anvil was not ready after ${timeoutMs} ms. Raise startTimeoutMs, or look at its output.`,
          { details: output.slice(-2000) },
        ),
      )
    }, timeoutMs)
    const collect = (chunk: Buffer): void => {
      if (output.length < 20_000) output += chunk.toString('utf8')
    }
    child.stderr?.on('data', collect)
    child.stdout?.on('data', (chunk: Buffer) => {
      collect(chunk)
      const match = /Listening on [^\s:]+:(\d+)/.exec(output)
      if (match === null) return
      clearTimeout(timer)
      // The pipes must go on being drained, or a talkative node would block.
      output = ' '.repeat(20_000)
      resolve(Number(match[1]))
    })
    child.once('error', (cause) => {
      fail(
        new AnvilMissingError(
          `Cannot run ${executable}. Install again, or pass another \`executable\`.`,
          { cause },
        ),
      )
    })
    child.once('exit', (code) => {
      fail(
        new AnvilStartError(
          `anvil ended with code ${code ?? 'none'} before it was ready. Its output says why.`,
          { details: output.slice(-2000) },
        ),
      )
    })
  })
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
