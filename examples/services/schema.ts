import { hashedUnique, multiIndex, string, struct, u32 } from 'hotseg'

const Price = struct({ article: string, cents: u32 })

/** What the store of these examples holds; whoever publishes and whoever reads share it. */
export const schema = {
  prices: multiIndex(Price, { article: hashedUnique('article') }),
  edition: u32,
}

/** In each edition, every article costs a cent more. */
export function priceIn(edition: number, index: number): { article: string; cents: number } {
  return { article: `article-${index}`, cents: 100 * index + edition }
}

/** How many articles there are. */
export const ARTICLES = 1000
