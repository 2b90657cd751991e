import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/** Path of the module that exports the bank's adapter. */
export const BANK: string = fileURLToPath(new URL('bank.mjs', import.meta.url))

/** Path of a module that exports the wallet adapter for a local node. */
export const LOCAL_WALLET: string = fileURLToPath(new URL('local-wallet.mjs', import.meta.url))

/** Path of a module that exports a signer. */
export const SIGNER: string = fileURLToPath(new URL('signer.mjs', import.meta.url))

const owner = (byte: string) => `0x${byte.repeat(20)}`

// Owners whom the bank knows, by what becomes of them; it has no page for the broken one.
export const SAFE: string = owner('a0')
export const WARNED: string = owner('a1')
export const THIN: string = owner('a2')
export const FALLEN: string = owner('a3')
export const DEBTLESS: string = owner('a4')
export const BROKEN: string = owner('a5')
export const NEGATIVE: string = owner('a6')

/** Collateral in ether at 2,000 with threshold 0.8; debt in dollars. */
const LOANS: { readonly [owner: string]: readonly [collateral: string, debt: string] } = {
  [SAFE]: ['10', '8000'],
  [WARNED]: ['10', '14000'],
  [THIN]: ['10', '15600'],
  [FALLEN]: ['10', '17000'],
  [DEBTLESS]: ['10', '0'],
  [NEGATIVE]: ['10', '-1'],
}

/** A bank that answers over HTTP, and the headers that it was asked with. */
export type BankServer = {
  readonly url: string
  /** Options that make the command line read it. */
  readonly options: readonly string[]
  readonly authorizations: readonly (string | undefined)[]
  /** What an ether costs; 2,000 at first. */
  readonly setPrice: (price: string) => void
  /** Whether it answers, or says that it cannot. */
  readonly setOpen: (isOpen: boolean) => void
  readonly close: () => Promise<void>
}

/** Starts the bank on a free port. */
export async function startBank(): Promise<BankServer> {
  const authorizations: (string | undefined)[] = []
  let price = '2000'
  let isOpen = true
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization)
    if (!isOpen) {
      response.writeHead(403).end('closed')
      return
    }
    const loan = LOANS[/0x[0-9a-f]{40}/.exec(request.url ?? '')?.[0] ?? '']
    if (loan === undefined) {
      response.writeHead(404).end('<html>not found</html>')
      return
    }
    const [collateral, debt] = loan
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ collateral, debt, price, timeMs: Date.now() - 1000 }))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    options: ['--adapter', BANK, '--host', `bank.api=http://127.0.0.1:${port}`],
    authorizations,
    setPrice: (next) => {
      price = next
    },
    setOpen: (next) => {
      isOpen = next
    },
    close: () => closed(server),
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
