import type { Page } from 'playwright-core'

export interface Person {
  email: string
  username: string
  password: string
}

let made = 0

/** Somebody who has no account yet. */
export function somebody(): Person {
  made += 1
  return {
    email: `ann${made}@example.com`,
    username: `ann${made}`,
    password: `lamp ${made} river granite song`,
  }
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** From the demo's first page to its tokens, by a new account. */
export async function signUp(page: Page, origin: string, ann: Person): Promise<void> {
  await page.goto(`${origin}/demo`)
  await page.getByRole('link', { name: 'Sign in to Demo', exact: true }).click()
  await page.getByRole('link', { name: 'Create an account' }).click()
  await page.getByLabel('Email').fill(ann.email)
  await page.getByLabel('Username').fill(ann.username)
  await page.getByLabel('Password', { exact: true }).fill(ann.password)
  await button(page, 'Create account').click()
  await page.getByRole('heading', { name: 'Signed in to Demo' }).waitFor()
}

/** On the sign-in form, however one got there. */
export async function fillLogin(
  page: Page,
  { login, password }: { login: string; password: string },
): Promise<void> {
  await page.getByLabel('Email or username').fill(login)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await button(page, 'Sign in').click()
}

/** From the demo's tokens to its first page, signed out everywhere. */
export async function signOut(page: Page): Promise<void> {
  await button(page, 'Sign out').click()
  await page.getByRole('heading', { name: 'Sign out?' }).waitFor()
  await button(page, 'Sign out').click()
  await page.getByRole('heading', { name: 'Sample apps' }).waitFor()
}
