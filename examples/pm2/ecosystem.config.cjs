// The reading service under PM2, in cluster mode. The store is a path, so PM2's daemon, which is the primary of the cluster, needs to know
// nothing of it:
//
//     STORE=/var/lib/prices PORT=8080 pm2 start examples/pm2/ecosystem.config.cjs
//     pm2 reload prices        # for new code only; new data needs no reload
const { join } = require('node:path')

module.exports = {
  apps: [
    {
      name: 'prices',
      script: process.env.SCRIPT ?? join(__dirname, '../build/services/reader.js'),
      exec_mode: 'cluster',
      instances: Number(process.env.INSTANCES ?? 2),
      env: { STORE: process.env.STORE, PORT: process.env.PORT ?? '0' },
      // An old process gets no SIGINT before a new one has said `ready`, and then has time to answer what it has begun.
      wait_ready: true,
      listen_timeout: 60_000,
      kill_timeout: 20_000,
    },
  ],
}
