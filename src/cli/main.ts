#!/usr/bin/env node
import { run } from './program.js'

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => {
    process.stdout.write(`${text}\n`)
  },
  err: (text) => {
    process.stderr.write(text)
  },
  isTerminal: process.stderr.isTTY,
})
