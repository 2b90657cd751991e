import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const DAY_MS = 86_400_000
const DAYS = 400

/** A Hyperliquid that answers over HTTP about ether, and can be told to break. */
export type HyperliquidServer = {
  /** Options that make the command line read it. */
  readonly options: readonly string[]
  /** Kinds of questions that are answered with an HTML page from now on. */
  readonly break: (...kinds: readonly string[]) => void
  readonly close: () => Promise<void>
}

/** Starts it on a free port. */
export async function startHyperliquid(): Promise<HyperliquidServer> {
  let broken: readonly string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    request.on('end', () => {
      const { type } = JSON.parse(text) as { readonly type: string }
      response.end(broken.includes(type) ? '<html>' : JSON.stringify(answerTo(type)))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    options: ['--host', `hyperliquid-market.info=http://127.0.0.1:${port}`],
    break: (...kinds) => {
      broken = kinds
    },
    close: () => closed(server),
  }
}

function answerTo(type: string): unknown {
  switch (type) {
    case 'metaAndAssetCtxs':
      return [{ universe: [{ name: 'ETH' }] }, [{ funding: '0.0000125', dayNtlVlm: '600000000.0' }]]
    case 'candleSnapshot':
      return candles()
    default:
      return {
        coin: 'ETH',
        time: Date.now() - 1000,
        levels: [[{ px: '1999', sz: '100' }], [{ px: '2001', sz: '100' }]],
      }
  }
}

/** A calm year of ether, and today's candle. */
function candles(): readonly object[] {
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS
  return Array.from({ length: DAYS + 1 }, (_, index) => {
    const t = today - (DAYS - index) * DAY_MS
    return { t, T: t + DAY_MS - 1, s: 'ETH', i: '1d', c: String(2000 + (index % 7)) }
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
