/** The entry `hotseg/prom-client`: metrics of stores for Prometheus, by prom-client, which is to be installed beside. */
export { collectMetrics } from './metrics/collect-metrics.js'
export type { MeasuredStore, MetricsOptions } from './metrics/collect-metrics.js'
export type { StoreEvents } from './store/events.js'
