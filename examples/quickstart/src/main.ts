import { marginHealth } from './quickstart.js'

const [owner = '', rpcUrl = 'http://127.0.0.1:8545'] = process.argv.slice(2)
process.stdout.write(`${await marginHealth(owner, rpcUrl)}\n`)
