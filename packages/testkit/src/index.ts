export * from './truth/index.js'
