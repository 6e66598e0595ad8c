import type { FormProblem } from '../form-problem.ts'

/** What is wrong with a form that was sent, and the challenge that it is to answer where that is what is wrong. */
export const wrongWith = (problem: FormProblem | undefined) => ({
  problem: problem?.key ?? null,
  proof: problem?.members ?? null,
})
