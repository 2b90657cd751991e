import { derive } from '@plimsoll/adapters/options/derive'
import { standardModule } from '@plimsoll/adapters/options/derive/standard'
import { portfolioModule, stressModule } from '@plimsoll/adapters/options/derive/stress'
import { createClient, deferredModule, loadModules, readPortfolio } from '@plimsoll/client'
import { parsePortfolio, serializePortfolio } from '@plimsoll/model'
import { assess } from '@plimsoll/risk'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clockAt, serve, signerOf, threeWallets } from './venue.js'

const server = setupServer()
beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(() => server.close())

it('leaves a portfolio from elsewhere unknown until the rules that judge it are loaded', async () => {
  const fixture = threeWallets()
  server.use(serve(fixture.exchanges))
  const client = createClient({
    chains: [],
    adapters: [derive()],
    auth: { derive: signerOf(fixture.owners) },
    clock: clockAt(fixture.nowMs),
  })
  const read = await readPortfolio(client, { owners: fixture.owners })
  const nowMs = fixture.nowMs
  const known = assess(read, { modules: client.modules, nowMs })
  expect(known.health.value).not.toBeNull()

  // Modules of a page that has read nothing yet.
  const modules = [standardModule, portfolioModule, stressModule].map((module) =>
    deferredModule(module, async () => module),
  )
  const portfolio = parsePortfolio(serializePortfolio(read))
  const before = assess(portfolio, { modules, nowMs })
  expect(before.health).toMatchObject({ value: null, reason: 'unknown' })
  expect(before.health).toHaveProperty('message', expect.stringContaining('loadModules'))
  expect(before.accounts.every(({ liquidatable }) => liquidatable === null)).toBe(true)

  await loadModules(modules, portfolio)
  expect(assess(portfolio, { modules, nowMs })).toEqual(known)
})
