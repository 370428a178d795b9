/** The main entry `hotseg`, for Node. */
export * from './core.js'
