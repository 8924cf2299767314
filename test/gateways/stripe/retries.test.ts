/** An invoice that Stripe could not collect: tried by hand, and with another card once it is saved. */
import { expect, it } from 'vitest'
import { tieredProduct } from '../../acceptance/http/products.ts'
import { openShop } from '../../support/shop.ts'

it('each declined try is told once, and another card pays what is owed at once', async () => {
  const shop = await openShop({
    ...{ product: tieredProduct(), start: '2025-10-14', vendor: 'stripe' },
    ...{ gateway: 'stripe', renewals: 'gateway' },
  })
  const ada = shop.as('ada')
  const told = () => shop.sent.filter(({ notice }) => notice.name === 'payment_failed').length
  const retry = async () => {
    const { body } = await ada.post('/retry-payment')
    await shop.quiet()
    return body.status
  }
  await shop.pay((await ada.post('/checkout', { plan: 'essential' })).body.url, 'fails_later')
  await shop.quiet()
  await shop.at('2025-11-14')
  await shop.at('2025-11-14T02:00:00Z')
  expect(told()).toBe(1)
  expect([await retry(), told()]).toEqual(['declined', 2])
  const page = await ada.post('/payment-method', { returnUrl: 'https://app.example/card' })
  await shop.pay(page.body.url)
  await shop.quiet()
  expect([(await ada.get('/status')).body.status, told()]).toEqual(['active', 2])
  expect(shop.emulator.book().charges.map(({ amount }) => amount)).toEqual([1900, 1900])
  await shop.close()
})
